// A projection: plain, packed, and PEFT's LoRA around either (peft/tuners/lora/layer.py and bnb.py).

import { borrow, type Engine, letGo, temporary } from '../engine/engine.ts';
import { label } from '../engine/sink.ts';
import type { Parameter, Tensor } from '../engine/tensor.ts';
import { to } from '../ops/cast.ts';
import { linear } from '../ops/linear.ts';
import { add, clone, dropout, scale } from '../ops/pointwise.ts';
import { linear4bit } from '../ops/quantised.ts';
import type { Plan } from '../plan.ts';
import type { Linear } from './model.ts';

const CLONE = label('base output cloned for its adapter', 'activations');
type Pair = { readonly a: Parameter; readonly b: Parameter };

export function project(e: Engine, plan: Plan, x: Tensor, l: Linear): Tensor {
  const owned = borrow(x);
  const base = plan.packed ? linear4bit(e, x, l.weight, l.bias, plan.compute) : linear(e, x, l.weight, l.bias);
  let out = base;
  if (l.lora && plan.program === 'minimind') out = besideMiniMind(e, x, base, l.lora);
  else if (l.lora) out = plan.packed ? aroundPacked(e, plan, x, base, l.lora) : aroundPlain(e, plan, x, base, l.lora);
  letGo(e, x, owned);
  return out;
}

/** `lora_B(lora_A(dropout(x))) * scaling`: each step is a temporary of the next. */
function delta(e: Engine, plan: Plan, x: Tensor, { a, b }: Pair): Tensor {
  const dropped = plan.lora?.dropout ? dropout(e, x) : e.keep(x);
  const low = linear(e, temporary(dropped), a);
  return scale(e, temporary(linear(e, temporary(low), b)));
}

/** layer.py: x in the adapter's type is a local to the end; the sum is a new tensor, then cast back to the result's type. */
function aroundPlain(e: Engine, plan: Plan, x: Tensor, base: Tensor, pair: Pair): Tensor {
  const input = to(e, x, pair.a.tensor.dtype);
  const sum = add(e, base, temporary(delta(e, plan, input, pair)));
  e.release(base);
  const out = to(e, temporary(sum), base.dtype);
  e.release(input);
  return out;
}

/** bnb.py: the result is cloned first; x is cast only without autocast, and the output then cast back. */
function aroundPacked(e: Engine, plan: Plan, x: Tensor, base: Tensor, pair: Pair): Tensor {
  const { dtype } = base;
  const cloned = clone(e, temporary(base), CLONE);
  const input = e.autocast ? e.keep(x) : to(e, x, pair.a.tensor.dtype);
  const change = delta(e, plan, input, pair);
  const cast = e.autocast ? change : to(e, temporary(change), dtype);
  const out = add(e, cloned, temporary(cast));
  e.release(cloned);
  e.release(input);
  return out;
}

/** MiniMind's own: `layer1(x) + layer2(x)` (model/model_lora.py). */
function besideMiniMind(e: Engine, x: Tensor, base: Tensor, { a, b }: Pair): Tensor {
  const beside = linear(e, temporary(linear(e, x, a)), b);
  return add(e, temporary(base), temporary(beside));
}
