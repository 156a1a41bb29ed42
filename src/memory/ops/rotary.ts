// Rotary position embedding in Python, and the reshaping of a projection into heads.

import { type Engine, temporary } from '../engine/engine.ts';
import { label } from '../engine/sink.ts';
import type { Tensor } from '../engine/tensor.ts';
import { add, mul } from './pointwise.ts';

const NEGATED = label('negated half', 'activations');
const ROTATED = label('rotate_half', 'activations');
const GRADIENT = label('gradient of rotary', 'temporaries');
const COPY = label('gradient put in order for a view', 'temporaries');

/** `(q * cos) + (rotate_half(q) * sin)` (transformers, apply_rotary_pos_emb). */
export function rotary(e: Engine, q: Tensor, cos: Tensor, sin: Tensor): Tensor {
  const straight = mul(e, q, cos);
  const turned = mul(e, temporary(rotateHalf(e, q)), sin);
  return add(e, temporary(straight), temporary(turned));
}

/** `torch.cat((-x2, x1), dim=-1)`: one node stands for slice, neg and cat. */
export function rotateHalf(e: Engine, q: Tensor): Tensor {
  const half = q.elements / 2;
  const negated = e.make(half, q.dtype, NEGATED);
  const out = e.make(q.elements, q.dtype, ROTATED);
  e.release(negated);
  return e.record(out, [q], [], (b, g) => {
    const gradient = b.make(half, g.dtype, GRADIENT);
    const first = b.make(g.elements, g.dtype, GRADIENT);
    b.release(gradient);
    b.scratch(g.elements * (g.dtype === 'fp32' ? 4 : 2), GRADIENT);
    return [first];
  });
}

/**
 * `view(batch, tokens, heads, dim).transpose(1, 2)`: free in forward. Backward copies if the gradient comes back as
 * [batch, heads, tokens, dim], which a view of the projection cannot take. The argument is taken over.
 */
export function splitHeads(e: Engine, x: Tensor, copiesGradient: boolean): Tensor {
  const out = e.view(x);
  return e.record(out, [temporary(x)], [], (b, g) => {
    if (copiesGradient) return [b.make(g.elements, g.dtype, COPY)];
    const same = b.keep(g);
    same.fresh = g.fresh;
    return [same];
  });
}
