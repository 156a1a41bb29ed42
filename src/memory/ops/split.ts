// One tensor seen in another form (`reshape`) or as several (`split`, `chunk`).

import type { Engine } from '../engine/engine.ts';
import { label } from '../engine/sink.ts';
import type { Tensor } from '../engine/tensor.ts';

const JOINED = label('gradients of a split put together', 'temporaries');

/** `x.view(…)`: the same memory, but nothing is added in place to a gradient that comes back through it. Taken over. */
export function viewed(e: Engine, x: Tensor): Tensor {
  const out = e.record(e.view(x), [x], [], (b, g) => [{ ...b.keep(g), fresh: false }]);
  e.release(x);
  return out;
}

/** `x.split(sizes, dim=-1)`: views, whose gradients are put together in a new tensor. The argument is taken over. */
export function split(e: Engine, x: Tensor, sizes: readonly number[]): Tensor[] {
  const { elements } = x;
  const parts = sizes.map((n) => ({ ...e.view(x), elements: n }));
  e.recordMany(parts, x, (b, g) => [b.make(elements, g.dtype, JOINED)]);
  e.release(x);
  return parts;
}

/** `x.view(…)` or `x.reshape(…)` without a copy: a node of its own, so sums of gradients happen on either side of it. */
export function reshaped(e: Engine, x: Tensor): Tensor {
  return e.record(e.view(x), [x], [], (b, g) => [b.keep(g)]);
}
