// Identical layers by arithmetic. Every event of a layer's segment moves by the same number of bytes when one more identical
// layer is put below or above it, so a segment's peak is linear in the number of layers, and along a run of identical layers
// linear in the index. Two short replays give value and slope. Only the longest run is shortened; all other layers stay.
// Not for the caching allocator: its slack is not linear.

import { type Buckets, bucketsOf, extrapolateBuckets } from './explain.ts';
import type { LayerPlan, Plan } from './plan.ts';
import { replay } from './step.ts';
import { ledgerTape, type SegmentPeak, type Tape } from './tape.ts';

/** Optimizer state exists only from the second step on. */
export const LEDGER_STEPS = 2;
/** Two layers at each end of a run stand for themselves: the first has no input gradient under LoRA, the last meets the head. */
const KEPT = 4;

export interface Profile {
  readonly segments: readonly SegmentPeak[];
  /** What is alive at the peak of a segment of {@link segments}. */
  readonly buckets: (segment: SegmentPeak) => Buckets;
}

interface Run {
  readonly start: number;
  readonly length: number;
}

export function profileByLedger(plan: Plan): Profile {
  // Buckets and partitions cut through layers: not linear in their number.
  if (plan.parallel) return fullProfile(plan);
  const run = longestRun(plan.layers);
  return run.length <= KEPT + 1 ? fullProfile(plan) : shortProfile(plan, run);
}

/** The highest allocated bytes of a step, without slack: what two plans are compared by. */
export const ledgerPeak = (plan: Plan): number => worstOf(profileByLedger(plan)).bytes;

/** The worst moment of a step; loading comes before it. */
export const worstOf = ({ segments }: Profile): SegmentPeak => highest(segments.filter((s) => s.phase !== 'load'));

/** The first of the highest, as the step runs. */
export function highest(segments: readonly SegmentPeak[]): SegmentPeak {
  const [first, ...rest] = segments;
  if (!first) throw new Error('a replay has segments in every phase');
  return rest.reduce((best, s) => (s.bytes > best.bytes ? s : best), first);
}

export function fullProfile(plan: Plan): Profile {
  const tape = replayLedger(plan);
  return profileOf(tape);
}

export function profileOf(tape: Tape): Profile {
  return { segments: [...tape.segments.values()], buckets: (s) => bucketsOf(tape.aliveAt(s.event)) };
}

function replayLedger(plan: Plan): Tape {
  const tape = ledgerTape();
  replay(plan, tape, LEDGER_STEPS, 1);
  tape.close();
  return tape;
}

function longestRun(layers: readonly LayerPlan[]): Run {
  let best: Run = { start: 0, length: 0 };
  let start = 0;
  layers.forEach((layer, i) => {
    const first = layers[start];
    if (!first || !alike(first, layer)) start = i;
    if (i - start + 1 > best.length) best = { start, length: i - start + 1 };
  });
  return best;
}
const alike = (a: LayerPlan, b: LayerPlan): boolean =>
  a.shape === b.shape && a.trainable === b.trainable && a.checkpointed === b.checkpointed;

function shortProfile(plan: Plan, run: Run): Profile {
  const dropped = run.length - KEPT;
  const withRun = (length: number): Plan => ({
    ...plan,
    layers: [...plan.layers.slice(0, run.start + length), ...plan.layers.slice(run.start + run.length)],
  });
  const short = replayLedger(withRun(KEPT));
  const longer = replayLedger(withRun(KEPT + 1));
  const middle = run.start + KEPT / 2;
  /** The first half of the run counts from below, everything after it from above. */
  const shifted = (place: number, by: number): number => (place >= middle ? place + by : place);
  const pairOf = (s: SegmentPeak): SegmentPeak => {
    const pair = longer.segments.get(`${s.phase} ${shifted(s.place, 1)}`);
    if (!pair) throw new Error(`no segment ${s.phase} ${s.place} in the longer replay`);
    return pair;
  };
  const source = new Map<SegmentPeak, SegmentPeak>();
  const segments = [...short.segments.values()].map((s) => {
    const value = s.bytes + (pairOf(s).bytes - s.bytes) * dropped;
    const out: SegmentPeak = { ...s, place: shifted(s.place, dropped), bytes: value };
    source.set(out, s);
    return out;
  });
  return {
    segments,
    buckets: (segment) => {
      const s = source.get(segment) ?? segment;
      const at = (tape: Tape, event: number): Buckets => bucketsOf(tape.aliveAt(event));
      return extrapolateBuckets(at(short, s.event), at(longer, pairOf(s).event), dropped);
    },
  };
}
