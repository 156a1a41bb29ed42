// What stands between a training loop and its model: nothing on one GPU, a data-parallel wrapper on several.
// A wrapper takes over the hooks of the schedule; blocks and operations do not know that it exists.

import type { Model } from '../blocks/model.ts';
import type { Engine } from '../engine/engine.ts';
import { elementsOf, type Parameter } from '../engine/tensor.ts';
import type { Dtype } from '../run.ts';

export interface Wrapper {
  /** A micro-batch begins; `last`: its backward ends the accumulation. */
  beforeForward(last: boolean): void;
  /** The model has returned its loss. */
  beforeBackward(): void;
  afterBackward(): void;
  /** Clips, steps and forgets the gradients. */
  update(): void;
}

/** `p.grad = None`. */
export function forget(e: Engine, p: Parameter): void {
  e.release(p.grad);
  p.grad = null;
}

/** What an optimizer is given: one group, or the Trainer's two, what decays and biases with norms. */
export function decayGroups(model: Model, splits: boolean): Parameter[][] {
  const trained = model.parameters.filter((p) => p.trainable);
  if (!splits) return [trained];
  const decays = (p: Parameter): boolean => p.rows > 1;
  return [trained.filter(decays), trained.filter((p) => !decays(p))].filter((g) => g.length > 0);
}

/** Models that will lie in parts are built in parts, or without memory: the whole weights never stood on this card. */
export function hollowOut(e: Engine, parameters: readonly Parameter[], dtype: Dtype): void {
  for (const p of parameters) {
    const hollow = e.hollow(elementsOf(p), dtype);
    hollow.node = p.tensor.node;
    e.release(p.tensor);
    p.tensor = hollow;
  }
  e.sink.emptyCache();
  e.sink.forgetPeaks();
}
