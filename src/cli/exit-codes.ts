/** What the process says to its caller; scripts and continuous integration rely on these. */
export const EXIT = {
  fine: 0,
  /** Some run needs more than the named GPU or budget has. */
  over: 1,
  /** Some input could not be estimated, or only without a part that is an error. */
  notEstimated: 2,
  usage: 64,
  /** A bug of ours, which must not read as `over`: Node's own status for it is 1. */
  broken: 70,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
