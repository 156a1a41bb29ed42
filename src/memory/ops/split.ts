// One tensor seen as several: `split`, `chunk`.

import type { Engine } from '../engine/engine.ts';
import { label } from '../engine/sink.ts';
import type { Tensor } from '../engine/tensor.ts';

const JOINED = label('gradients of a split put together', 'temporaries');

/** `x.split(sizes, dim=-1)`: views, whose gradients are put together in a new tensor. The argument is taken over. */
export function split(e: Engine, x: Tensor, sizes: readonly number[]): Tensor[] {
  const { elements } = x;
  const parts = sizes.map((n) => ({ ...e.view(x), elements: n }));
  e.recordMany(parts, x, (b, g) => [b.make(elements, g.dtype, JOINED)]);
  e.release(x);
  return parts;
}
