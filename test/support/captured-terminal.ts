// A terminal that keeps what was printed, for tests of the command line.

import { headroom } from '../../src/cli/headroom.ts';
import type { Terminal } from '../../src/cli/terminal.ts';

export interface Captured {
  readonly status: number;
  readonly out: string;
  /** Lines on standard error. */
  readonly err: readonly string[];
}

export async function runCommand(
  argv: readonly string[],
  world: Partial<Terminal> & { stdin?: string } = {},
): Promise<Captured> {
  const out: string[] = [];
  const err: string[] = [];
  const { stdin = '', ...given } = world;
  const terminal: Terminal = {
    print: (text) => void out.push(text),
    complain: (line) => void err.push(line),
    input: async () => stdin,
    columns: Number.POSITIVE_INFINITY,
    colour: false,
    language: 'en',
    worker: 'no worker',
    ...given,
  };
  const status = await headroom(argv, terminal);
  return { status, out: out.join('\n'), err };
}
