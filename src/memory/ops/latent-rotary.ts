// Rotary positions as DeepSeek turns them: complex numbers, or even and odd slices.

import { type Engine, temporary } from '../engine/engine.ts';
import { label } from '../engine/sink.ts';
import { promote, type Slot, type Tensor } from '../engine/tensor.ts';
import { to } from './cast.ts';
import { add, mul } from './pointwise.ts';
import { concatenate } from './split.ts';

const IN_FP32 = label('part that turns, in fp32', 'activations');
const TURNED = label('complex product', 'activations');
const GRADIENT = label('gradient of rotary', 'temporaries');

type Pair = readonly [q: Tensor, k: Tensor];

/** apply_rotary_emb (models/deepseek_v2): both as fp32, multiplied as complex numbers, each back in its own type. */
export function complexRotary(e: Engine, [q, k]: Pair, table: Tensor): Pair {
  const wideQ = to(e, q, 'fp32', IN_FP32);
  const wideK = to(e, k, 'fp32', IN_FP32);
  const turnedQ = turn(e, wideQ, table, true);
  const query = to(e, temporary(turnedQ), q.dtype);
  const turnedK = turn(e, wideK, table, false);
  const key = to(e, temporary(turnedK), k.dtype);
  e.release(wideQ);
  e.release(wideK);
  return [query, key];
}

/** Backward multiplies by the conjugate, a copy; many heads come back in an order that view_as_complex cannot see. */
function turn(e: Engine, x: Tensor, table: Tensor, reorders: boolean): Tensor {
  const { elements } = x;
  const product = e.make(elements, 'fp32', TURNED);
  const saved: Slot[] = [];
  if (e.needsGrad(x)) e.save(saved, table);
  e.record(product, [x], saved, (b) => {
    const conjugate = b.make(table.elements, 'fp32', GRADIENT);
    const gradient = b.make(elements, 'fp32', GRADIENT);
    b.release(conjugate);
    return [gradient];
  });
  if (!reorders) return product;
  const real = e.record(e.view(product), [temporary(product)], [], (b) => [b.make(elements, 'fp32', GRADIENT)]);
  return real;
}

/** apply_rotary_pos_emb_interleave (models/deepseek_v3): `cat(x1 * cos - x2 * sin, x2 * cos + x1 * sin)`. */
export function interleavedRotary(e: Engine, x: Tensor, cos: Tensor, sin: Tensor): Tensor {
  const [even, odd] = [slice(e, x), slice(e, x)];
  const first = subtract(e, temporary(mul(e, even, cos)), temporary(mul(e, odd, sin)));
  const second = add(e, temporary(mul(e, odd, cos)), temporary(mul(e, even, sin)));
  const out = concatenate(e, [temporary(first), temporary(second)]);
  e.release(even);
  e.release(odd);
  return out;
}

/** `x[..., 0::2]`: backward writes into zeros of the whole. */
function slice(e: Engine, x: Tensor): Tensor {
  const { elements } = x;
  const part: Tensor = { ...e.view(x), elements: elements / 2 };
  return e.record(part, [x], [], (b, g) => [b.make(elements, g.dtype, GRADIENT)]);
}

/** `a - b`: the gradient of b is a new tensor. */
function subtract(e: Engine, a: Tensor, b: Tensor): Tensor {
  const out = e.make(a.elements, promote(a.dtype, b.dtype), TURNED);
  return e.record(out, [a, b], [], (c, g) => [c.keep(g), c.make(g.elements, g.dtype, GRADIENT)]);
}
