// Process memory of the host: what a training process holds in RAM beside the card.

import { type Bytes, bytes, GiB } from '../base/bytes.ts';
import type { TrainingRun } from './run.ts';
import { type ModelShape, parameterCount } from './shape.ts';
import { trainableCount } from './trainable.ts';

/** Python, torch's libraries and a data loader. */
const PROCESS = 4 * GiB;
const MOMENTS = 8;

/** Weights are read through pages that can be dropped; only what is offloaded or paged must stay. */
export function hostMemory(run: TrainingRun, shape: ModelShape): Bytes {
  const { offload } = run.parallel;
  const trained = trainableCount(run, shape);
  const states = offload === 'optimizer' || offload === 'both' || run.optimizer.paged ? trained * MOMENTS : 0;
  const weights = offload === 'parameters' || offload === 'both' ? parameterCount(shape) * 2 : 0;
  return bytes(PROCESS + states + weights);
}
