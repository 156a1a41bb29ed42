// The memory model: from a TrainingRun, a model's shape and a card to the peak of one training step, by replaying it.
// plan → replay (load, step; blocks over the operation table) → tape → peak, terms, ranges.
// Deliberately absent: files, catalogues, words for users, clocks, randomness, state that outlives a call.

import { type Bytes, bytes } from '../base/bytes.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { CachingAllocator } from './allocator.ts';
import { causesOfAlternatives, type Unknown } from './alternatives.ts';
import { asBuilt } from './as-built.ts';
import type { Estimate, Phase, TimelinePoint } from './estimate.ts';
import { termsOf } from './explain.ts';
import { floorOf } from './floor.ts';
import type { Gpu } from './gpu.ts';
import { hostMemory } from './host.ts';
import { type Plan, planOf } from './plan.ts';
import { rangesOf } from './range.ts';
import type { TrainingRun } from './run.ts';
import { type ModelShape, parameterCount } from './shape.ts';
import { highest, type Profile, profileByLedger, profileOf, worstOf } from './shortcut.ts';
import { replay } from './step.ts';
import { allocatorTape, type SegmentPeak } from './tape.ts';
import { trainableCount } from './trainable.ts';
import type { Refusal } from './unsupported.ts';

/** A feature that is not modelled, and the bytes the run needs in any case. */
export interface Unsupported extends Refusal {
  readonly floor: Bytes;
}

export interface EstimateInput {
  readonly run: TrainingRun;
  readonly shape: ModelShape;
  /** Null: an A100-like card is assumed, and a cause of the range says so. */
  readonly gpu: Gpu | null;
  readonly depth: 'ledger' | 'allocator';
  /** Fields of the run that its source does not state; what they might be widens the range (at allocator depth). */
  readonly unknown?: readonly Unknown[];
}

/** The pool's slack settles in the third step. */
const ALLOCATOR_STEPS = 3;
const PHASES: readonly Phase[] = ['load', 'generate', 'forward', 'reference', 'backward', 'optimizer'];

export function estimateRun(input: EstimateInput): Result<Estimate, Unsupported> {
  const { run, gpu, depth, unknown = [] } = input;
  const shape = asBuilt(run, input.shape);
  const plan = planOf(run, shape, gpu);
  if (!plan.ok) return fail({ ...plan.error, floor: floorOf(run, shape) });
  const { profile, reserved } =
    depth === 'ledger' ? { profile: profileByLedger(plan.value), reserved: null } : byAllocator(plan.value);
  const worst = worstOf(profile);
  const replayed = depth === 'ledger' ? [] : causesOfAlternatives(run, shape, gpu, unknown);
  const { peak, causes } = rangesOf({ allocated: worst.bytes, reserved }, plan.value, run, gpu, replayed);
  return ok({
    depth,
    parameters: parameterCount(shape),
    trainable: trainableCount(run, shape),
    peak,
    phase: worst.phase,
    phases: PHASES.flatMap((name) => {
      const segments = profile.segments.filter((s) => s.phase === name);
      return segments.length > 0 ? [{ name, allocated: bytes(highest(segments).bytes) }] : [];
    }),
    terms: termsOf(profile.buckets(worst)),
    timeline: timelineOf(profile.segments),
    causes,
    host: { ram: hostMemory(run, shape) },
  });
}

function byAllocator(plan: Plan): { profile: Profile; reserved: number } {
  const allocator = new CachingAllocator();
  const tape = allocatorTape(allocator);
  replay(plan, tape, ALLOCATOR_STEPS);
  tape.close();
  return { profile: profileOf(tape), reserved: allocator.peakReserved };
}

const timelineOf = (segments: readonly SegmentPeak[]): TimelinePoint[] =>
  segments.filter((s) => s.place >= -2).map((s) => ({ phase: s.phase, layer: s.place, peak: bytes(s.bytes) }));
