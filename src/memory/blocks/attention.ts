// Self-attention as most decoders of transformers write it: projections, optional head norms, rotary tables, a kernel.

import { type Engine, temporary } from '../engine/engine.ts';
import type { Tensor } from '../engine/tensor.ts';
import { type AttentionCall, eagerAttention, repeatKv, scaledDotProduct } from '../ops/attention.ts';
import { ligerRotary } from '../ops/liger.ts';
import { rotary, splitHeads } from '../ops/rotary.ts';
import type { Plan } from '../plan.ts';
import { type Layer, linearOf, type NormWeights, normOf } from './model.ts';
import { project } from './projection.ts';
import type { Context } from './tables.ts';

/** A family's own norm over the last dimension. */
export type Norm = (e: Engine, plan: Plan, x: Tensor, weights: NormWeights) => Tensor;

export interface HeadNorms {
  readonly norm: Norm;
  /** `q_norm(q_proj(x))` at once, or a line each when q, k and v exist. */
  readonly after: 'each projection' | 'all projections';
}

/** Returns the output and, where attention is written out, its weights: the caller's `_` keeps them until the layer returns. */
export function attention(
  e: Engine,
  plan: Plan,
  x: Tensor,
  layer: Layer,
  context: Context,
  headNorms: HeadNorms,
): [output: Tensor, weights: Tensor | null] {
  const call = attentionCall(plan, layer, context.mask);
  const eager = plan.attention === 'eager';
  const grouped = call.heads !== call.kvHeads;
  const single = call.kvHeads === 1; // one head: [batch, 1, tokens, dim] is the projection's own order
  const repeats = eager || (grouped && (context.mask !== null || !plan.groupsInSdpa));
  const heads = (name: string, copies: boolean): Tensor =>
    splitHeads(e, project(e, plan, x, linearOf(layer, name)), copies);
  const normed = (split: Tensor, name: string): Tensor => {
    const weights = normOf(layer, name);
    return weights.weight ? headNorms.norm(e, plan, temporary(split), weights) : split;
  };
  const late = headNorms.after === 'all projections';
  const early = (split: Tensor, name: string): Tensor => (late ? split : normed(split, name));
  const rotaryCopies = !plan.liger.rope;
  const q = early(heads('self_attn.q_proj', rotaryCopies), 'self_attn.q_norm');
  const k = early(heads('self_attn.k_proj', rotaryCopies && !single), 'self_attn.k_norm');
  const value = heads('self_attn.v_proj', repeats && !single); // fused kernels give dv in the projection's order: no copy
  const straight = late ? ([normed(q, 'self_attn.q_norm'), normed(k, 'self_attn.k_norm')] as const) : ([q, k] as const);
  const [query, key] = rotated(e, plan, straight, context);
  const allKeys = repeats ? repeatKv(e, key, call) : e.keep(key);
  const allValues = repeats ? repeatKv(e, value, call) : e.keep(value);
  const [out, weights] = eager
    ? eagerAttention(e, query, allKeys, allValues, call)
    : [scaledDotProduct(e, query, allKeys, allValues, call), null];
  e.release(allKeys);
  e.release(allValues);
  const projected = project(e, plan, temporary(out), linearOf(layer, 'self_attn.o_proj'));
  for (const t of [query, key, value]) e.release(t);
  return [projected, weights];
}

/** apply_rotary_pos_emb: the un-rotated q and k live until both results exist. Liger turns them in place. */
function rotated(e: Engine, plan: Plan, [q, k]: readonly [Tensor, Tensor], { cos, sin }: Context): [Tensor, Tensor] {
  if (plan.liger.rope) return [ligerRotary(e, q, cos, sin), ligerRotary(e, k, cos, sin)];
  const query = rotary(e, q, cos, sin);
  const key = rotary(e, k, cos, sin);
  e.release(q);
  e.release(k);
  return [query, key];
}

export function attentionCall(plan: Plan, layer: Layer, mask: Tensor | null): AttentionCall {
  const dims = layer.plan.shape.attention;
  if (!dims) throw new Error('the block program needs attention dimensions');
  const { heads, kvHeads, headDim } = dims;
  return {
    batch: plan.batch,
    tokens: plan.tokens,
    heads,
    kvHeads,
    headDim,
    kernel: plan.attention === 'eager' ? 'math' : plan.attention,
    mask,
    capped: plan.model.traits?.capsScores ?? false,
    memEfficientTakesGroups: plan.memEfficientTakesGroups,
  };
}
