// Explicit attention masks (transformers, masking_utils.py): when one is made, and what stands beside it while it is.

import type { Engine } from '../engine/engine.ts';
import { label } from '../engine/sink.ts';
import type { ElementType, Tensor } from '../engine/tensor.ts';
import type { Plan } from '../plan.ts';

const MASK = label('attention mask', 'activations');
const RANGE = label('indices of an attention mask', 'activations');

type Rule = () => Tensor;

/**
 * create_causal_mask, or with a window create_sliding_window_causal_mask. Fused kernels need none unless there is padding or
 * a window no longer than the row; flash kernels know windows themselves. A collator's own 4-D mask is passed on as it is.
 */
export function makeMask(
  e: Engine,
  plan: Plan,
  given: Tensor | null,
  dtype: ElementType,
  window: number | undefined,
): Tensor | null {
  const { tokens: s, batch: b } = plan;
  if (plan.mask === 'block' && given) return e.keep(given);
  const eager = plan.attention === 'eager';
  const bites = window !== undefined && window <= s && plan.attention !== 'flash';
  const padding = plan.mask === 'none' ? null : e.make(b * s, 'u8', MASK); // `.to(bool)`
  const needed = eager || bites || plan.mask === 'padded';
  const mask = needed ? booleanMask(e, plan, window, padding) : null;
  const out = mask && eager ? e.make(b * s * s, dtype, MASK) : mask;
  if (mask !== out) e.release(mask);
  e.release(padding);
  return out;
}

/** sdpa_mask: the index ranges are locals. */
function booleanMask(e: Engine, plan: Plan, window: number | undefined, padding: Tensor | null): Tensor {
  const { tokens: s, batch: b } = plan;
  const ranges = [b, 1].map((n) => e.make(n, 'i64', RANGE));
  for (let i = 0; i < 2; i++) {
    const plain = e.make(s, 'i64', RANGE); // arange + offset
    ranges.push(e.make(s, 'i64', RANGE));
    e.release(plain);
  }
  const square = (): Tensor => e.make(s * s, 'u8', MASK);
  const causal: Rule = () => square();
  const looksBack: Rule = () => {
    const least = e.make(s, 'i64', RANGE); // q_idx - sliding_window
    const mask = square();
    e.release(least);
    return mask;
  };
  const sliding: Rule = () => both(e, [looksBack, causal], () => square());
  const rule = window === undefined ? causal : sliding;
  const mask = padding
    ? both(e, [rule, () => e.make(b * s, 'u8', MASK)], (i) => (i === 0 ? square() : e.make(b * s * s, 'u8', MASK)))
    : rule();
  for (const t of ranges) e.release(t);
  return mask;
}

/** and_masks: starts from a scalar; each rule's result dies after its `&`, the sum before it on assignment. */
function both(e: Engine, rules: readonly Rule[], and: (i: number) => Tensor): Tensor {
  let result = e.make(1, 'u8', MASK);
  rules.forEach((rule, i) => {
    const next = rule();
    const sum = and(i);
    e.release(next);
    e.release(result);
    result = sum;
  });
  return result;
}
