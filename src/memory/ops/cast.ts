// Conversions between types, asked for by code or by autocast (aten/src/ATen/autocast_mode.cpp).

import type { Engine } from '../engine/engine.ts';
import { type Label, label } from '../engine/sink.ts';
import type { ElementType, Tensor } from '../engine/tensor.ts';

export const CAST = label('cast', 'activations');
export const WEIGHT_CAST = label('weight in autocast’s type', 'casts');
const CAST_GRADIENT = label('gradient through a cast', 'temporaries');

/** `x.to(dtype)`: the same tensor if it has the type already. Saves nothing. */
export function to(e: Engine, x: Tensor, dtype: ElementType, what: Label = CAST): Tensor {
  if (x.dtype === dtype) return e.settle(e.keep(x), [x]);
  const from = x.dtype;
  return e.record(e.make(x.elements, dtype, what), [x], [], (b, g) => [
    b.make(g.elements, from, what.term === 'logits' ? what : CAST_GRADIENT),
  ]);
}

/**
 * What autocast hands to an operation of its 16-bit list. Only fp32 leaves that require a gradient are kept in the cache
 * until autocast exits (cached_cast); frozen weights and activations are cast at every use.
 */
export function autocast(e: Engine, x: Tensor, what: Label = CAST): Tensor {
  if (!e.autocast || x.dtype === e.autocast || x.dtype === 'i64' || x.dtype === 'u8') return e.keep(x);
  const parameter = x.node?.parameter;
  if (!parameter || x.dtype !== 'fp32') return to(e, x, e.autocast, what);
  let cast = e.castCache.get(parameter);
  if (!cast) {
    cast = to(e, x, e.autocast, what);
    e.castCache.set(parameter, cast);
  }
  return e.keep(cast);
}

export function exitAutocast(e: Engine): void {
  for (const cast of e.castCache.values()) e.release(cast);
  e.castCache.clear();
  e.autocast = null;
}
