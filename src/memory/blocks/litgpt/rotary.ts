// Rotary tables of the whole context, as buffers (litgpt/model.py, build_rope_cache), and turning by them (apply_rope).

import { type Engine, temporary } from '../../engine/engine.ts';
import { label } from '../../engine/sink.ts';
import type { ElementType, Tensor } from '../../engine/tensor.ts';
import { to } from '../../ops/cast.ts';
import { add, mul, scale } from '../../ops/pointwise.ts';
import { join, slice } from '../../ops/slice.ts';
import { reshaped } from '../../ops/split.ts';
import type { Plan } from '../../plan.ts';
import type { Rotary } from '../model.ts';

const TABLE = label('rotary tables of the context', 'buffers');

/** Turned columns of a head: `int(rotary_percentage * head_size)`. */
const turning = (plan: Plan): number =>
  Math.floor((plan.model.kinds[0]?.attention?.headDim ?? 0) * (plan.model.traits?.rotaryShare ?? 1));

/**
 * Made for the whole context with the model; a `true` precision casts them with everything else. Where rows are shorter, they
 * are made again: in pre-training before that cast, in fine-tuning after it, and then they stay fp32.
 */
export function makeRotary(e: Engine, plan: Plan): Rotary {
  const { maxPositions: context = plan.tokens * 2 } = plan.model; // not known: longer than rows
  const shorter = plan.tokens !== context;
  const casts = plan.autocast === null && plan.weights !== 'fp32' && !plan.packed;
  const first = tables(e, plan, context);
  const again = (before: Rotary): Rotary => replace(e, before, tables(e, plan, plan.tokens));
  if (shorter && plan.pretrains) return cast(e, again(first), casts ? plan.weights : 'fp32');
  const settled = cast(e, first, casts ? plan.weights : 'fp32');
  return shorter ? again(settled) : settled;
}

function replace(e: Engine, before: Rotary, after: Rotary): Rotary {
  for (const t of [before.cos, before.sin]) e.release(t);
  return after;
}

/** `module.to(dtype)`: one buffer after the other. */
function cast(e: Engine, { cos, sin }: Rotary, dtype: ElementType): Rotary {
  return { cos: to(e, temporary(cos), dtype, TABLE), sin: to(e, temporary(sin), dtype, TABLE) };
}

function tables(e: Engine, plan: Plan, length: number): Rotary {
  const n = length * turning(plan);
  const table = (elements: number): Tensor => e.make(elements, 'fp32', TABLE);
  const frequencies = table(turning(plan) / 2);
  const positions = table(length);
  const half = table(n / 2);
  const angles = table(n); // torch.outer(…).repeat(1, 2)
  e.release(half);
  const scaled = (): Tensor => {
    const raw = table(n);
    const out = table(n);
    e.release(raw);
    return out;
  };
  const [cos, sin] = [scaled(), scaled()];
  for (const t of [positions, angles, frequencies]) e.release(t);
  return { cos, sin };
}

/** `apply_rope(x[..., :n], cos, sin)`: with fp32 tables the sums are fp32, and cast at the end. */
export function turn(e: Engine, plan: Plan, x: Tensor, { cos, sin }: Rotary): Tensor {
  const n = turnedElements(plan, x);
  const part = n === x.elements ? reshaped(e, x) : slice(e, x, n); // a slice over everything is an alias
  const rotated = rotateHalf(e, part);
  const straight = mul(e, part, cos);
  const sum = add(e, temporary(straight), temporary(mul(e, rotated, sin)));
  const turned = to(e, sum, x.dtype);
  for (const t of [sum, rotated, part]) e.release(t);
  return turned;
}

/** `torch.cat((-x2, x1), dim=-1)`, x1 and x2 the halves of a head. */
function rotateHalf(e: Engine, x: Tensor): Tensor {
  const [first, second] = [slice(e, x, x.elements / 2), slice(e, x, x.elements / 2)];
  const out = join(e, [temporary(scale(e, second)), first]);
  e.release(first);
  e.release(second);
  return out;
}

/** `torch.cat((turned, x[..., n:]), dim=-1)`, also where nothing is left over. */
export function withRest(e: Engine, plan: Plan, x: Tensor, turned: Tensor): Tensor {
  const rest = slice(e, x, x.elements - turnedElements(plan, x));
  const out = join(e, [turned, rest]);
  e.release(rest);
  return out;
}

const turnedElements = (plan: Plan, x: Tensor): number =>
  (x.elements / (plan.model.kinds[0]?.attention?.headDim ?? 1)) * turning(plan);
