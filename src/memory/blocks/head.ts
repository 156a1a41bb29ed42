// The head of a model, with its adapter where it has one.

import { borrow, type Engine, letGo, temporary } from '../engine/engine.ts';
import { label } from '../engine/sink.ts';
import type { Parameter, Tensor } from '../engine/tensor.ts';
import { linear } from '../ops/linear.ts';
import { LOGITS } from '../ops/loss.ts';
import { add, dropout, scale } from '../ops/pointwise.ts';
import type { Model } from './model.ts';

const IN_ORDER = label('piece of the last hidden states in order', 'activations');

/** `sliced`: x is a slice along several rows, no plain matrix. */
export function headOutput(e: Engine, model: Model, x: Tensor, sliced = false): Tensor {
  const owned = borrow(x);
  const base = product(e, x, model.head, sliced);
  const out = model.headAdapter ? adapted(e, model, x, base, sliced) : base;
  letGo(e, x, owned);
  return out;
}

/** `out + scaling * lora_b(lora_a(dropout(x)))`; `base` is taken over. */
function adapted(e: Engine, { plan, headAdapter }: Model, x: Tensor, base: Tensor, sliced: boolean): Tensor {
  if (!headAdapter) return base;
  const drops = plan.lora?.dropout ?? false;
  const input = drops ? dropout(e, x) : e.keep(x);
  const low = product(e, input, headAdapter.a, sliced && !drops);
  e.release(input);
  const change = scale(e, temporary(linear(e, temporary(low), headAdapter.b, null, LOGITS)), LOGITS);
  const out = add(e, base, change);
  for (const t of [base, change]) e.release(t);
  return out;
}

/**
 * at::matmul copies a slice into a matrix where the weight is trained, else it multiplies row by row
 * (aten/src/ATen/native/LinearAlgebra.cpp, should_fold).
 */
function product(e: Engine, x: Tensor, weight: Parameter, sliced: boolean): Tensor {
  if (!sliced || !weight.trainable) return linear(e, x, weight, null, LOGITS);
  const matrix = e.record(e.make(x.elements, x.dtype, IN_ORDER), [x], [], (b, g) => [b.keep(g)]);
  return linear(e, temporary(matrix), weight, null, LOGITS);
}
