// What will be run: the twin of a config's run, at several small sizes, within a budget of time and memory.
// Deliberately absent: running it. The same plan is replayed without numbers on the lowest rung.

import { fail, ok, type Result } from '../base/result.ts';
import { planOf } from '../memory/plan.ts';
import type { TrainingRun } from '../memory/run.ts';
import { type ModelShape, parameterCount } from '../memory/shape.ts';
import { type StepBytes, worstSegment } from './measured.ts';
import { predictStep } from './prediction.ts';
import { COMPUTING, type ComputingRung } from './rungs.ts';
import { AS_WIDE, type Narrowing, narrowings, type Size, shrink } from './shrink.ts';
import { type Change, type NotComputed, notComputed, twinOf } from './twin.ts';

export interface Budget {
  readonly seconds: number;
  readonly bytes: number;
}

/** One shape to run, and what the replay says about it. */
export interface Job {
  readonly size: Size;
  readonly run: TrainingRun;
  readonly shape: ModelShape;
  readonly predicted: StepBytes;
  readonly seconds: number;
}

export interface ProfilePlan {
  readonly changes: readonly Change[];
  readonly narrowing: Narrowing;
  readonly jobs: readonly Job[];
  /** The whole twin at that width: what small sizes are extrapolated to. */
  readonly full: Omit<Job, 'seconds'>;
  readonly steps: number;
  readonly seconds: number;
  /** Of the process, at its worst. */
  readonly bytes: number;
}

/** Optimizer states exist from the second step on. */
const STEPS = 2;

const TOKENS = 32; // the log-sum-exp of attention is padded to this many rows
const VOCABULARY = 512;

/**
 * Sizes that tell the parts of a step from each other: every count moves alone at least once and with each of the others it
 * is multiplied by. More sizes than unknowns, so that a fit which is wrong shows.
 */
const SIZES: readonly (readonly [layers: number, sequence: number, rows: number, vocabulary: number])[] = [
  [2, 1, 0, 1],
  [3, 1, 0, 1],
  [2, 2, 0, 1],
  [2, 1, 0, 2],
  [2, 1, 1, 1],
  [3, 2, 0, 1],
  [2, 2, 0, 2],
  [2, 3, 0, 1],
  [3, 3, 1, 1],
  [2, 2, 1, 2],
  [4, 2, 1, 1],
  [4, 3, 1, 2],
];

/** One row of a batch is a program of its own: products of more rows copy their arguments. */
const rowsOf = (run: TrainingRun, more: number): number => (run.batch.micro === 1 ? 1 : 2 + more);

function sizesFor(run: TrainingRun, shape: ModelShape): readonly Size[] {
  const vocabulary = Math.min(VOCABULARY, Math.floor(shape.vocabulary / 2));
  const sizes = SIZES.map(
    ([layers, sequence, more, times]): Size => ({
      layers: Math.min(layers, shape.layers.length),
      sequence: sequence * TOKENS,
      micro: rowsOf(run, more),
      vocabulary: vocabulary * times,
    }),
  );
  return [...new Map(sizes.map((size) => [JSON.stringify(size), size])).values()];
}

/** The shapes of the dry rung: replayed, at the model's own width. */
export function planReplay(run: TrainingRun, shape: ModelShape): Result<ProfilePlan, NotComputed> {
  return planAt(run, shape, AS_WIDE, () => 0, 0);
}

/** The widest model that a rung computes within the budget. */
export function planComputed(
  run: TrainingRun,
  shape: ModelShape,
  rung: ComputingRung,
  budget: Budget,
): Result<ProfilePlan, NotComputed | 'over-budget'> {
  const missing = notComputed(run, shape);
  if (missing) return fail(missing);
  for (const narrowing of narrowings(shape)) {
    const plan = planAt(run, shape, narrowing, (job) => secondsOf(rung, job), COMPUTING[rung].baseline);
    if (!plan.ok || (plan.value.seconds <= budget.seconds && plan.value.bytes <= budget.bytes)) return plan;
  }
  return fail('over-budget');
}

type Unpriced = Omit<Job, 'seconds'>;

function planAt(
  run: TrainingRun,
  shape: ModelShape,
  narrowing: Narrowing,
  price: (job: Unpriced) => number,
  baseline: number,
): Result<ProfilePlan, NotComputed> {
  const twin = twinOf(run);
  const jobs: Job[] = [];
  for (const size of sizesFor(run, shape)) {
    const job = jobOf(twin.run, shape, size, narrowing);
    if (!job.ok) return job;
    jobs.push({ ...job.value, seconds: price(job.value) });
  }
  const full = jobOf(twin.run, shape, fullSize(run, shape), narrowing);
  if (!full.ok) return full;
  return ok({
    changes: twin.changes,
    narrowing,
    jobs,
    full: full.value,
    steps: STEPS,
    seconds: jobs.reduce((sum, job) => sum + job.seconds, 0),
    bytes: baseline + SCRATCH * Math.max(...jobs.map(peakOf)),
  });
}

/** What kernels of other backends take beside the tensors of a step, as a factor; seen up to 1.3. */
const SCRATCH = 1.5;
const peakOf = (job: Pick<Job, 'predicted'>): number => worstSegment(job.predicted).held;

const fullSize = (run: TrainingRun, shape: ModelShape): Size => ({
  layers: shape.layers.length,
  sequence: run.batch.sequence,
  micro: run.batch.micro,
  vocabulary: shape.vocabulary,
});

function jobOf(twin: TrainingRun, shape: ModelShape, size: Size, by: Narrowing): Result<Unpriced, NotComputed> {
  const small = shrink(shape, size, by);
  const run = { ...twin, batch: { ...twin.batch, micro: size.micro, sequence: size.sequence } };
  const plan = planOf(run, small, null);
  return plan.ok ? ok({ size, run, shape: small, predicted: predictStep(plan.value) }) : plan;
}

/** Forward, backward and, with checkpointing, forward again: two operations a parameter and token each way. */
function secondsOf(rung: ComputingRung, { run, shape }: Pick<Job, 'run' | 'shape'>): number {
  const { speed, overhead } = COMPUTING[rung];
  const passes = run.checkpointing.kind === 'none' ? 6 : 8;
  const operations = passes * parameterCount(shape) * run.batch.micro * run.batch.sequence;
  return STEPS * (overhead + operations / speed);
}
