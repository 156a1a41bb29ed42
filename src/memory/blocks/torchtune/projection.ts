// torchtune's linear layers: plain, in NF4, with LoRA or DoRA around either (torchtune/modules/peft/lora.py, dora.py).

import { borrow, type Engine, letGo, temporary } from '../../engine/engine.ts';
import type { Tensor } from '../../engine/tensor.ts';
import { linear } from '../../ops/linear.ts';
import { dequantisedNf4, linearNf4 } from '../../ops/nf4.ts';
import { add, divideByConstant, dropout, minusNumber, mul, scale } from '../../ops/pointwise.ts';
import type { Plan } from '../../plan.ts';
import { loraWeight, weightNorm } from '../dora.ts';
import type { Adapter, Linear } from '../model.ts';

export function project(e: Engine, plan: Plan, x: Tensor, l: Linear): Tensor {
  const owned = borrow(x);
  const out = l.lora ? adapted(e, plan, x, baseOutput(e, x, l), l, l.lora) : baseOutput(e, x, l);
  letGo(e, x, owned);
  return out;
}

/** `linear_nf4(x, weight)`, then `out + bias`. */
function baseOutput(e: Engine, x: Tensor, { weight, bias }: Linear): Tensor {
  if (!weight.packed) return linear(e, x, weight, bias);
  const out = linearNf4(e, x, weight);
  return bias ? add(e, temporary(out), bias.tensor) : out;
}

/** The base's output and what is added to it are locals. */
function adapted(e: Engine, plan: Plan, x: Tensor, base: Tensor, l: Linear, adapter: Adapter): Tensor {
  const input = plan.lora?.dropout ? dropout(e, x) : e.keep(x);
  const change = adapter.magnitude
    ? doraChange(e, plan, input, base, l, adapter, adapter.magnitude.tensor)
    : scale(e, temporary(delta(e, input, adapter)));
  const out = add(e, base, change);
  for (const t of [change, base, input]) e.release(t);
  return out;
}

const delta = (e: Engine, x: Tensor, { a, b }: Adapter): Tensor => linear(e, temporary(linear(e, x, a)), b);

/** `(mag_norm_scale - 1) * base_out + mag_norm_scale * lora_out * scaling`. */
function doraChange(
  e: Engine,
  plan: Plan,
  x: Tensor,
  base: Tensor,
  { weight: frozen }: Linear,
  adapter: Adapter,
  magnitude: Tensor,
): Tensor {
  const lora = delta(e, x, adapter);
  const [merged, forgotten] = loraWeight(e, adapter.a, adapter.b, x.dtype);
  const weight = frozen.packed ? dequantisedNf4(e, frozen, plan.weights) : e.keep(frozen.tensor);
  const norm = weightNorm(e, weight, merged, frozen.rows);
  const factor = divideByConstant(e, magnitude, norm);
  const rest = mul(e, temporary(minusNumber(e, factor)), base, 'col');
  const scaled = scale(e, temporary(mul(e, factor, lora, 'col')));
  const change = add(e, temporary(rest), temporary(scaled));
  for (const t of [factor, norm, weight, merged, ...forgotten, lora]) e.release(t);
  return change;
}
