// How a run is spread over GPUs, with every size filled in: frameworks' own defaults where the run says nothing.

import type { Dtype, Parallel, TrainingRun } from '../run.ts';
import { type ModelShape, parameterCount } from '../shape.ts';

export interface DdpPlan {
  readonly kind: 'ddp';
  readonly bucketView: boolean;
  readonly bucketBytes: number;
}

/** DeepSpeed's ZeRO 1 and 2 (deepspeed/runtime/zero/config.py). */
export interface ZeroPlan {
  readonly kind: 'zero';
  readonly stage: 1 | 2;
  readonly world: number;
  readonly dtype: Dtype;
  readonly reduceBucket: number;
  readonly overlap: boolean;
  readonly contiguous: boolean;
  readonly scatter: boolean;
  readonly roundRobin: boolean;
  readonly offload: boolean;
  /** The Trainer's optimizer has two groups: what decays, and biases with norms. */
  readonly splitsDecay: boolean;
}

export interface Zero3Plan {
  readonly kind: 'zero3';
  /** Gathers run on a stream of their own. */
  readonly overlap: boolean;
  readonly world: number;
  readonly dtype: Dtype;
  readonly reduceBucket: number;
  readonly contiguous: boolean;
  readonly subGroup: number;
  readonly prefetch: number;
  readonly maxLive: number;
  readonly maxReuse: number;
  readonly persistence: number;
  readonly offloadsOptimizer: boolean;
  readonly offloadsParameters: boolean;
  readonly splitsDecay: boolean;
}

/** `fully_shard` on blocks and root (torch/distributed/fsdp/_fully_shard). */
export interface Fsdp2Plan {
  readonly kind: 'fsdp2';
  readonly shards: number;
  readonly paramDtype: Dtype;
  readonly reduceDtype: Dtype;
  readonly reshards: boolean;
  /** Embedding, and norm with head, are units of their own (torchtitan, accelerate from 1.15). */
  readonly wrapsEnds: boolean;
  /** False: all blocks belong to the root (the Trainer's PEFT policy, which accelerate 1.15 does not apply to FSDP2). */
  readonly wrapsBlocks: boolean;
  /** set_requires_gradient_sync(False) until the last micro-batch: gradients stay whole. */
  readonly holdsBack: boolean;
  readonly offload: boolean;
}

export type ParallelPlan = DdpPlan | ZeroPlan | Zero3Plan | Fsdp2Plan;

const MiB = 2 ** 20;
/** torch/nn/parallel/distributed.py. */
const DDP_BUCKET_MB = 25;
const REDUCE_BUCKET = 5e8;
const ZERO3 = { prefetch: 5e7, live: 1e9, persistence: 1e5, subGroup: 1e9 } as const;

const STAGES: Readonly<Partial<Record<Parallel['strategy'], 1 | 2>>> = { zero1: 1, zero2: 2 };

/** Null: one process that holds everything. */
export function parallelPlanOf(run: TrainingRun, model: ModelShape): ParallelPlan | null {
  const { gpus, strategy } = run.parallel;
  const stage = STAGES[strategy];
  if (stage) return zeroPlan(run, model, stage);
  if (strategy === 'zero3') return zero3Plan(run, model);
  if (strategy === 'fsdp2' || strategy === 'hsdp') return fsdp2Plan(run);
  if (strategy !== 'ddp' || gpus === 1) return null;
  const setting = reader(run.parallel.settings);
  return {
    kind: 'ddp',
    bucketView: setting.flag('gradientAsBucketView', false),
    bucketBytes: setting.size('bucketCapMb', DDP_BUCKET_MB) * MiB,
  };
}

function zeroPlan(run: TrainingRun, model: ModelShape, stage: 1 | 2): ZeroPlan {
  const { gpus, data, offload, settings } = run.parallel;
  const setting = reader(settings);
  return {
    kind: 'zero',
    stage,
    world: data ?? gpus,
    dtype: run.weights.dtype,
    reduceBucket: sizes(run, model).reduce,
    overlap: setting.flag('overlap_comm', false),
    contiguous: setting.flag('contiguous_gradients', true) || offload !== 'none',
    scatter: setting.flag('reduce_scatter', true),
    roundRobin: setting.flag('round_robin_gradients', false),
    offload: offload === 'optimizer' || offload === 'both',
    splitsDecay: run.framework.name !== 'transformers',
  };
}

function zero3Plan(run: TrainingRun, model: ModelShape): Zero3Plan {
  const { gpus, data, offload, settings } = run.parallel;
  const setting = reader(settings);
  const { reduce, prefetch, persistence } = sizes(run, model);
  return {
    kind: 'zero3',
    overlap: setting.flag('overlap_comm', true),
    world: data ?? gpus,
    dtype: run.weights.dtype,
    reduceBucket: reduce,
    contiguous: setting.flag('contiguous_gradients', true),
    subGroup: setting.size('sub_group_size', ZERO3.subGroup),
    prefetch,
    maxLive: setting.size('stage3_max_live_parameters', ZERO3.live),
    maxReuse: setting.size('stage3_max_reuse_distance', ZERO3.live),
    persistence,
    offloadsOptimizer: offload === 'optimizer' || offload === 'both',
    offloadsParameters: offload === 'parameters' || offload === 'both',
    splitsDecay: run.framework.name !== 'transformers',
  };
}

function fsdp2Plan(run: TrainingRun): Fsdp2Plan {
  const wrap = String(run.parallel.settings.wrap ?? '');
  const { gpus, data, offload, settings, paramDtype, reduceDtype } = run.parallel;
  const setting = reader(settings);
  return {
    kind: 'fsdp2',
    shards: setting.size('shardGroup', data ?? gpus),
    paramDtype: paramDtype ?? run.weights.dtype,
    reduceDtype: reduceDtype ?? paramDtype ?? run.weights.dtype,
    reshards: setting.flag('reshardAfterForward', true),
    wrapsEnds: wrap.includes('embed |'),
    wrapsBlocks: !wrap.includes('all blocks in one unit'),
    holdsBack: setting.flag('noSync', false),
    offload: offload !== 'none',
  };
}

/** transformers writes sizes from the hidden size where a file says "auto" (integrations/deepspeed.py). */
function sizes(run: TrainingRun, model: ModelShape): Record<'reduce' | 'prefetch' | 'persistence', number> {
  const { settings } = run.parallel;
  const setting = reader(settings);
  const hidden = model.below[0]?.cols ?? 0;
  const sizeOf = (name: string, auto: number, otherwise: number): number =>
    settings[name] === 'auto' ? auto : setting.size(name, otherwise);
  return {
    reduce: sizeOf('reduce_bucket_size', hidden ** 2, REDUCE_BUCKET),
    prefetch: sizeOf('stage3_prefetch_bucket_size', Math.floor(0.9 * hidden ** 2), ZERO3.prefetch),
    persistence: sizeOf('stage3_param_persistence_threshold', 10 * hidden, ZERO3.persistence),
  };
}

/**
 * Bytes that the host has freed and a stream still uses, at most: a GPU that never catches up holds every gather of a pass, or
 * the copies of two buckets. `allocated` does not count them; the pool does.
 */
export function heldByStreams(plan: ParallelPlan | null, model: ModelShape): number {
  if (!plan || plan.kind === 'ddp' || plan.kind === 'fsdp2' || !plan.overlap) return 0;
  return 2 * (plan.kind === 'zero3' ? parameterCount(model) : 2 * plan.reduceBucket);
}

interface Reader {
  size(name: string, otherwise: number): number;
  flag(name: string, otherwise: boolean): boolean;
}
export function reader(settings: Parallel['settings']): Reader {
  const typed = <T>(name: string, type: string, otherwise: T): T => {
    const value = settings[name];
    return typeof value === type ? (value as T) : otherwise;
  };
  return {
    size: (name, otherwise) => typed(name, 'number', otherwise),
    flag: (name, otherwise) => typed(name, 'boolean', otherwise),
  };
}
