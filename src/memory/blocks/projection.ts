// A projection: plain, packed, and PEFT's LoRA around either (peft/tuners/lora/layer.py and bnb.py).

import { borrow, type Engine, letGo, temporary } from '../engine/engine.ts';
import { label } from '../engine/sink.ts';
import type { ElementType, Packing, Tensor } from '../engine/tensor.ts';
import { to } from '../ops/cast.ts';
import { linear8bit } from '../ops/int8.ts';
import { linear } from '../ops/linear.ts';
import { linearNf4 } from '../ops/nf4.ts';
import { add, clone, dropout, scale } from '../ops/pointwise.ts';
import { linear4bit, linearGrouped } from '../ops/quantised.ts';
import type { Plan } from '../plan.ts';
import { addDora } from './dora.ts';
import type { Adapter, Linear } from './model.ts';

const CLONE = label('base output cloned for its adapter', 'activations');

export function project(e: Engine, plan: Plan, x: Tensor, l: Linear): Tensor {
  const owned = borrow(x);
  const base = baseOutput(e, plan, x, l);
  let out = base;
  if (l.lora && plan.program === 'minimind') out = besideMiniMind(e, x, base, l.lora);
  else if (l.lora)
    out = plan.packed ? aroundPacked(e, plan, x, base, l, l.lora) : aroundPlain(e, plan, x, base, l, l.lora);
  letGo(e, x, owned);
  return out;
}

/** Each way of storing a frozen weight has its own product. */
const PRODUCTS: Readonly<Record<Packing['kind'], typeof linear4bit>> = {
  bnb4: linear4bit,
  int8: linear8bit,
  gptq: linearGrouped,
  awq: linearGrouped,
  torchao4: linearNf4,
};

function baseOutput(e: Engine, plan: Plan, x: Tensor, { weight, bias }: Linear): Tensor {
  if (!weight.packed) return linear(e, x, weight, bias);
  return PRODUCTS[weight.packed.kind](e, x, weight, bias, plan.compute);
}

/** `lora_B(lora_A(dropout(x))) * scaling`: each step is a temporary of the next. */
function delta(e: Engine, plan: Plan, x: Tensor, { a, b }: Adapter): Tensor {
  const dropped = plan.lora?.dropout ? dropout(e, x) : e.keep(x);
  const low = linear(e, temporary(dropped), a);
  return scale(e, temporary(linear(e, temporary(low), b)));
}

/** layer.py: x in the adapter's type is a local to the end; the sum is a new tensor, then cast back to the result's type. */
function aroundPlain(e: Engine, plan: Plan, x: Tensor, base: Tensor, l: Linear, adapter: Adapter): Tensor {
  const input = to(e, x, adapter.a.tensor.dtype);
  const sum = adapter.magnitude
    ? addDora(e, plan, input, base, l, adapter)
    : add(e, base, temporary(delta(e, plan, input, adapter)));
  e.release(base);
  const out = to(e, temporary(sum), base.dtype);
  e.release(input);
  return out;
}

/** bnb.py: a 4-bit layer's result is cloned first; x is cast only without autocast, and the output then cast back. */
function aroundPacked(e: Engine, plan: Plan, x: Tensor, base: Tensor, l: Linear, adapter: Adapter): Tensor {
  const { dtype } = base;
  const cloned = l.weight.packed?.kind === 'bnb4' ? clone(e, temporary(base), CLONE) : base;
  const input = e.autocast ? e.keep(x) : to(e, x, adapter.a.tensor.dtype);
  const out = adapter.magnitude
    ? doraAround(e, plan, input, cloned, l, adapter)
    : add(e, cloned, temporary(inType(e, delta(e, plan, input, adapter), dtype)));
  e.release(cloned);
  e.release(input);
  return out;
}

const inType = (e: Engine, x: Tensor, dtype: ElementType): Tensor => (e.autocast ? x : to(e, temporary(x), dtype));

const doraAround = (e: Engine, plan: Plan, x: Tensor, base: Tensor, l: Linear, adapter: Adapter): Tensor =>
  inType(e, addDora(e, plan, x, base, l, adapter), base.dtype);

/** MiniMind's own: `layer1(x) + layer2(x)` (model/model_lora.py). */
function besideMiniMind(e: Engine, x: Tensor, base: Tensor, { a, b }: Adapter): Tensor {
  const beside = linear(e, temporary(linear(e, x, a)), b);
  return add(e, temporary(base), temporary(beside));
}
