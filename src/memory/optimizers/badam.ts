// BAdam (badam/block_optim.py, BlockOptimizer): the active block is trained through fp32 copies, which the base optimizer sees.

import type { Engine } from '../engine/engine.ts';
import { label } from '../engine/sink.ts';
import { elementsOf, type Parameter } from '../engine/tensor.ts';
import { optimizerStep } from './optimizer.ts';
import { type Step, UPDATE } from './states.ts';

const COPY = label('fp32 copy of the active block', 'optimizer');
const GRADIENT = label('gradient in fp32', 'gradients');

/** `param.clone().float()` of every parameter of the block, when it becomes active. */
export function copiesOf(e: Engine, parameters: readonly Parameter[]): Parameter[] {
  return parameters.map((p) => {
    const clone = e.make(elementsOf(p), p.tensor.dtype, COPY);
    const tensor = e.make(elementsOf(p), 'fp32', COPY);
    e.release(clone);
    return { ...p, tensor, grad: null };
  });
}

/** _grad_to_hp, the base optimizer's step, _update_param, _clean_hp_grad. */
export function badamStep(step: Step, copies: readonly Parameter[]): void {
  const { e, parameters } = step;
  parameters.forEach((p, i) => {
    const copy = copies[i];
    if (!copy) return;
    copy.grad = e.make(elementsOf(p), 'fp32', GRADIENT);
    e.release(p.grad);
    p.grad = null;
  });
  optimizerStep({ ...step, parameters: copies });
  parameters.forEach((p) => {
    e.release(e.make(elementsOf(p), p.tensor.dtype, UPDATE));
  });
  for (const copy of copies) {
    e.release(copy.grad);
    copy.grad = null;
  }
  e.sink.emptyCache();
}
