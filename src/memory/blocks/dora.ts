// PEFT's DoRA around a projection (peft/tuners/lora/dora.py, DoraLinearLayer; variants.py, DoraLinearVariant).
// The sum of base and adapter weights is made for its norm alone: it is detached, so the nodes of lora_B(lora_A(eye)) lead
// nowhere, and what they saved dies with the function's locals.

import { type Engine, temporary } from '../engine/engine.ts';
import { label } from '../engine/sink.ts';
import { type ElementType, elementsOf, type Parameter, type Tensor } from '../engine/tensor.ts';
import { autocast, to, WEIGHT_CAST } from '../ops/cast.ts';
import { cublas } from '../ops/kernels.ts';
import { linear } from '../ops/linear.ts';
import { add, divideByConstant, dropout, minusNumber, mul, scale } from '../ops/pointwise.ts';
import { dequantised } from '../ops/quantised.ts';
import type { Plan } from '../plan.ts';
import type { Adapter, Linear } from './model.ts';

const EYE = label('identity for the adapter’s weight', 'temporaries');
const DELTA = label('adapter’s weight, multiplied out', 'temporaries');
const MERGED = label('base weight with its adapter', 'temporaries');
const NORM = label('norm of the merged weight', 'activations');

/** `result + lora_magnitude_vector(…)`. With dropout the base runs a second time, on the dropped input. Borrows its arguments. */
export function addDora(e: Engine, plan: Plan, x: Tensor, base: Tensor, l: Linear, adapter: Adapter): Tensor {
  const dropped = plan.lora?.dropout ? dropout(e, x) : null;
  const change = doraChange(e, plan, dropped ?? x, dropped ? null : base, l, adapter);
  const sum = add(e, base, temporary(change));
  e.release(dropped);
  return sum;
}

/** DoraLinearLayer.forward: `(scale - 1) * base_result + scale * lora_result * scaling`. */
function doraChange(
  e: Engine,
  plan: Plan,
  x: Tensor,
  base: Tensor | null,
  { weight: frozen, bias }: Linear,
  { a, b, magnitude }: Adapter,
): Tensor {
  if (!magnitude) throw new Error('DoRA needs its magnitude vector');
  const [delta, forgotten] = loraWeight(e, a, b, x.dtype);
  const weight = to(e, temporary(baseWeight(e, plan, frozen)), x.dtype, MERGED);
  const norm = weightNorm(e, weight, delta, frozen.rows);
  const factor = divideByConstant(e, magnitude.tensor, norm);
  const lora = linear(e, temporary(linear(e, x, a)), b);
  const result = baseResult(e, x, base, { ...frozen, tensor: weight, packed: null }, bias);
  const rest = mul(e, temporary(minusNumber(e, factor)), result, 'col');
  const scaled = scale(e, temporary(mul(e, factor, lora, 'col')));
  const change = add(e, temporary(rest), temporary(scaled));
  for (const t of [result, lora, factor, norm, weight, delta, ...forgotten]) e.release(t);
  return change;
}

function baseResult(e: Engine, x: Tensor, base: Tensor | null, weight: Parameter, bias: Parameter | null): Tensor {
  if (!base) return linear(e, x, weight);
  return bias ? add(e, base, bias.tensor) : e.keep(base); // `base_result - bias`
}

/** dequantize_module_weight: a plain weight as it is, a packed one as 16 bits. */
const baseWeight = (e: Engine, plan: Plan, weight: Parameter): Tensor =>
  weight.packed ? dequantised(e, weight, plan.weights) : e.keep(weight.tensor);

/** get_lora_weight: `lora_B(lora_A(eye)).T`, in the type of x; and what its nodes hold until the caller returns. */
export function loraWeight(
  e: Engine,
  a: Parameter,
  b: Parameter,
  dtype: ElementType,
): readonly [Tensor, readonly (Tensor | null)[]] {
  const eye = e.make(a.cols * a.cols, a.tensor.dtype, EYE);
  const aCast = autocast(e, a.tensor, WEIGHT_CAST);
  const eyeCast = autocast(e, eye, EYE);
  const forgotten = [e.saveForgotten(eyeCast)];
  const low = e.make(a.cols * a.rows, eyeCast.dtype, DELTA);
  cublas(e);
  e.release(aCast);
  e.release(eyeCast);
  const bCast = autocast(e, b.tensor, WEIGHT_CAST);
  forgotten.push(e.saveForgotten(low), e.saveForgotten(bCast));
  const product = e.make(b.rows * a.cols, low.dtype, DELTA);
  cublas(e);
  e.release(bCast);
  e.release(low);
  e.release(eye);
  return [to(e, temporary(product), dtype, DELTA), forgotten];
}

/** get_weight_norm: `(weight + scaling * lora_weight).norm(dim=1)`. */
export function weightNorm(e: Engine, weight: Tensor, delta: Tensor, rows: number): Tensor {
  const scaled = e.make(delta.elements, delta.dtype, MERGED);
  const merged = e.make(weight.elements, weight.dtype, MERGED);
  e.release(scaled);
  const norm = e.make(rows, weight.dtype, NORM);
  e.release(merged);
  return norm;
}

/** update_layer while PEFT builds the adapter, in the adapter's first type: returns the norm that becomes the magnitude. */
export function initialNorm(e: Engine, plan: Plan, frozen: Parameter, type: ElementType): void {
  const weight = baseWeight(e, plan, frozen);
  const delta = e.make(elementsOf(frozen), type, DELTA);
  cublas(e);
  const scaled = e.make(delta.elements, type, MERGED);
  const merged = e.make(delta.elements, type, MERGED);
  e.release(scaled);
  for (const t of [merged, delta, weight]) e.release(t);
}
