// How a run is spread over GPUs, with every size filled in: frameworks' own defaults where the run says nothing.

import type { Dtype, Parallel, TrainingRun } from '../run.ts';
import type { ModelShape } from '../shape.ts';

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

export type ParallelPlan = DdpPlan | ZeroPlan;

const MiB = 2 ** 20;
/** torch/nn/parallel/distributed.py. */
const DDP_BUCKET_MB = 25;
const REDUCE_BUCKET = 5e8;

const STAGES: Readonly<Partial<Record<Parallel['strategy'], 1 | 2>>> = { zero1: 1, zero2: 2 };

/** Null: one process that holds everything. */
export function parallelPlanOf(run: TrainingRun, model: ModelShape): ParallelPlan | null {
  const { gpus, strategy } = run.parallel;
  const stage = STAGES[strategy];
  if (stage) return zeroPlan(run, model, stage);
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
    // transformers writes hidden_size² where a file says "auto" (integrations/deepspeed.py).
    reduceBucket:
      settings.reduce_bucket_size === 'auto'
        ? hiddenSize(model) ** 2
        : setting.size('reduce_bucket_size', REDUCE_BUCKET),
    overlap: setting.flag('overlap_comm', false),
    contiguous: setting.flag('contiguous_gradients', true) || offload !== 'none',
    scatter: setting.flag('reduce_scatter', true),
    roundRobin: setting.flag('round_robin_gradients', false),
    offload: offload === 'optimizer' || offload === 'both',
    splitsDecay: run.framework.name !== 'transformers',
  };
}

export const hiddenSize = (model: ModelShape): number => model.below[0]?.cols ?? 0;

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
