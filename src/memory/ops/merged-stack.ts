// A bare parameter with its LoRA adapter, as PEFT sees it (peft/tuners/lora/layer.py 0.21, ParamWrapper): one tensor of the
// parameter's size, made for every forward, and made once more when the parametrization is registered, for a check.

import { type Engine, temporary } from '../engine/engine.ts';
import { label } from '../engine/sink.ts';
import type { Parameter, Slot, Tensor } from '../engine/tensor.ts';
import { autocast, to } from './cast.ts';
import { cublas } from './kernels.ts';
import { matmul } from './linear.ts';
import { add, scale } from './pointwise.ts';
import { splitHeads } from './rotary.ts';

const FACTOR = label('adapter of a stack in its type', 'casts');
const MERGED = label('stack of experts with its adapter', 'casts');
const COPY = label('factor in order for a product', 'temporaries');
const GRADIENT = label('gradient of an adapter’s factor', 'temporaries');

interface Pair {
  readonly a: Parameter;
  readonly b: Parameter;
}
/** What a forward makes of a stack's adapter before the stack is used. */
export interface Factors {
  readonly lhs: Tensor;
  readonly rhs: Tensor;
}

/** get_delta_factors, and the check. */
export function factorsOf(e: Engine, weight: Tensor, { a, b }: Pair): Factors {
  const lhs = to(e, temporary(splitHeads(e, e.keep(b.tensor), true)), weight.dtype, FACTOR);
  const rhs = to(e, a.tensor, weight.dtype, FACTOR);
  check(e, weight, { lhs, rhs });
  return { lhs, rhs };
}

/** Its graph dies with its result. */
function check(e: Engine, weight: Tensor, { lhs, rhs }: Factors): void {
  const needed = e.needsGrad(lhs) || e.needsGrad(rhs);
  const forgotten = needed ? [lhs, rhs].map((t) => e.saveForgotten(t)) : [];
  const out = e.make(weight.elements, weight.dtype, MERGED);
  product(e, lhs.elements, weight.dtype);
  for (const t of [out, ...forgotten]) e.release(t);
}

/** lhs is a permuted view, which products copy. */
function product(e: Engine, elements: number, dtype: Tensor['dtype']): void {
  const copy = e.make(elements, dtype, COPY);
  cublas(e);
  e.release(copy);
}

/** `torch.baddbmm(W, lhs, rhs)`. */
export function mergedStack(e: Engine, weight: Tensor, { lhs, rhs }: Factors): Tensor {
  const [left, right] = [lhs.elements, rhs.elements];
  const { dtype, elements } = weight;
  const saved: Slot[] = [];
  if (e.needsGrad(lhs) || e.needsGrad(rhs)) for (const t of [lhs, rhs]) e.save(saved, t);
  const out = e.make(elements, dtype, MERGED);
  product(e, left, dtype);
  return e.record(out, [lhs, rhs], saved, (b) => {
    const ofLeft = b.make(left, dtype, GRADIENT);
    cublas(b);
    const ofRight = b.make(right, dtype, GRADIENT);
    product(b, left, dtype);
    return [ofLeft, ofRight];
  });
}

/** A router: `W + (lora_B @ lora_A) * scaling`, the sum made twice. */
export function mergedMatrix(e: Engine, weight: Tensor, { a, b }: Pair): Tensor {
  const right = autocast(e, a.tensor, FACTOR);
  const left = autocast(e, b.tensor, FACTOR);
  const product = matmul(e, temporary(left), temporary(right), weight.elements);
  const delta = to(e, temporary(scale(e, temporary(product))), weight.dtype);
  e.release(add(e, weight, delta)); // the check
  const merged = add(e, weight, delta);
  e.release(delta);
  return merged;
}
