// What a model makes once a forward for all its layers: position ids, masks, rotary tables.

import type { Engine } from '../engine/engine.ts';
import { label } from '../engine/sink.ts';
import type { ElementType, Tensor } from '../engine/tensor.ts';
import type { Plan } from '../plan.ts';

const POSITIONS = label('position ids', 'buffers');
const MASK = label('attention mask', 'activations');
const ROTARY = label('rotary cos and sin', 'activations');

export const makePositions = (e: Engine, plan: Plan): Tensor => e.make(plan.tokens, 'i64', POSITIONS);

/**
 * create_causal_mask (transformers, masking_utils.py). Without padding, fused kernels get none. A collator's own 4-D mask is
 * passed on as it is; `given` is that tensor.
 */
export function makeMask(e: Engine, plan: Plan, given: Tensor | null, dtype: ElementType): Tensor | null {
  const { tokens: s, batch: b } = plan;
  if (plan.mask === 'block' && given) return e.keep(given);
  const padded = plan.mask === 'padded';
  if (plan.attention === 'eager') {
    const causal = e.make(s * s * (padded ? b : 1), 'u8', MASK);
    const mask = e.make(s * s * b, dtype, MASK);
    e.release(causal);
    return mask;
  }
  if (!padded && !hasShortWindow(plan)) return null;
  const causal = e.make(s * s, 'u8', MASK);
  const both = e.make(s * s, 'u8', MASK);
  e.release(causal);
  if (!padded) return both;
  const mask = e.make(b * s * s, 'u8', MASK);
  e.release(both);
  return mask;
}

/** A sliding window no longer than the row is a boolean mask even without padding; flash kernels know windows themselves. */
function hasShortWindow(plan: Plan): boolean {
  if (plan.attention === 'flash') return false;
  return plan.model.kinds.some((k) => k.attention?.window !== undefined && k.attention.window <= plan.tokens);
}

/** LlamaRotaryEmbedding.forward: fp32 tables, cast to the stream's type at the end; all temporaries die on return. */
export function makeRotary(e: Engine, plan: Plan, dtype: ElementType): readonly [cos: Tensor, sin: Tensor] {
  const n = plan.tokens * (plan.model.kinds[0]?.attention?.headDim ?? 0);
  const table = (size: number, type: ElementType = 'fp32'): Tensor => e.make(size, type, ROTARY);
  const frequencies = table(n / 2);
  const doubled = table(n);
  const cosRaw = table(n);
  const cosScaled = table(n);
  e.release(cosRaw);
  const sinRaw = table(n);
  const sinScaled = table(n);
  e.release(sinRaw);
  const cos = dtype === 'fp32' ? e.keep(cosScaled) : table(n, dtype);
  const sin = dtype === 'fp32' ? e.keep(sinScaled) : table(n, dtype);
  for (const t of [frequencies, doubled, cosScaled, sinScaled]) e.release(t);
  return [cos, sin];
}
