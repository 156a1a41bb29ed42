// The ladder of backends, best first, as data. None of them is part of Headroom: each is found where the user has it.

export const RUNGS = ['tfjs-node-gpu', 'tfjs-node', 'wasm', 'cpu', 'dry'] as const;
export type RungId = (typeof RUNGS)[number];
/** A rung that computes; `dry` replays without numbers. */
export type ComputingRung = Exclude<RungId, 'dry'>;

/** The release of TensorFlow.js that the profiler was written against. */
export const TFJS_VERSION = '4.22.0';

interface Rung {
  /** What npm calls it: the first is looked for, all are installed. */
  readonly packages: readonly [string, ...string[]];
  /** Floating-point operations a second of a training step on two cores; only to plan how long a run may take. */
  readonly speed: number;
  /** Seconds that one step of the smallest model takes, whatever its size. */
  readonly overhead: number;
  /** Bytes of the process before the first tensor. */
  readonly baseline: number;
}

const MIB = 2 ** 20;

export const COMPUTING: Readonly<Record<ComputingRung, Rung>> = {
  'tfjs-node-gpu': { packages: ['@tensorflow/tfjs-node-gpu'], speed: 5e11, overhead: 0.05, baseline: 600 * MIB },
  'tfjs-node': { packages: ['@tensorflow/tfjs-node'], speed: 4e10, overhead: 0.05, baseline: 300 * MIB },
  wasm: {
    packages: ['@tensorflow/tfjs-backend-wasm', '@tensorflow/tfjs-core'],
    speed: 2.5e9,
    overhead: 0.1,
    baseline: 120 * MIB,
  },
  cpu: {
    packages: ['@tensorflow/tfjs-backend-cpu', '@tensorflow/tfjs-core'],
    speed: 1.2e8,
    overhead: 0.3,
    baseline: 120 * MIB,
  },
};

export const SKIP_REASONS = ['not-installed', 'does-not-load', 'no-gpu', 'not-computed', 'over-budget'] as const;

/** Why a rung was not taken. `detail` is what the package or the system said. */
export interface SkippedRung {
  readonly rung: RungId;
  readonly why: (typeof SKIP_REASONS)[number];
  readonly detail: string;
  /** What would change it; empty where no single command does. */
  readonly command: string;
}

/** `auto` tries all; a named rung is tried alone, with the dry replay below it. */
export type BackendChoice = 'auto' | RungId;

export function ladderOf(choice: BackendChoice): readonly RungId[] {
  if (choice === 'auto') return RUNGS;
  return choice === 'dry' ? ['dry'] : [choice, 'dry'];
}

export const installCommand = (rung: ComputingRung, folder: string): string =>
  `npm install --prefix ${quoted(folder)} ${COMPUTING[rung].packages.map((name) => `${name}@${TFJS_VERSION}`).join(' ')}`;

const quoted = (path: string): string => (/^[\w./@:\\-]+$/.test(path) ? path : JSON.stringify(path));

/** What TensorFlow prints when a GPU build finds no GPU to use. */
const NO_GPU = /could not load dynamic library|cuda drivers|failed call to cuInit|cannot dlopen some gpu libraries/i;

/** The lines of a worker's stderr that say why no GPU is used. */
export const gpuComplaints = (stderr: string): string =>
  stderr
    .split('\n')
    .filter((line) => NO_GPU.test(line))
    .map((line) => line.replace(/^[\d\-:. ]+[A-Z] \S+\] /, '').trim())
    .slice(0, 3)
    .join('; ');
