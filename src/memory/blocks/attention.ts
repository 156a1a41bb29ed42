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

/** Returns the output and, where attention is written out, its weights: the caller's `_` keeps them until the layer returns. */
export function attention(
  e: Engine,
  plan: Plan,
  x: Tensor,
  layer: Layer,
  context: Context,
  norm: Norm,
): [output: Tensor, weights: Tensor | null] {
  const call = attentionCall(plan, layer, context.mask);
  const eager = plan.attention === 'eager';
  const grouped = call.heads !== call.kvHeads;
  const repeats = eager || (grouped && (context.mask !== null || !plan.groupsInSdpa));
  const heads = (name: string, copies: boolean): Tensor =>
    splitHeads(e, project(e, plan, x, linearOf(layer, name)), copies);
  const normed = (split: Tensor, name: string): Tensor => {
    const weights = normOf(layer, name);
    return weights.weight ? norm(e, plan, temporary(split), weights) : split;
  };
  const straight = [
    normed(heads('self_attn.q_proj', !plan.liger.rope), 'self_attn.q_norm'),
    normed(heads('self_attn.k_proj', !plan.liger.rope), 'self_attn.k_norm'),
  ] as const;
  const value = heads('self_attn.v_proj', repeats); // fused kernels give dv as [batch, tokens, heads, dim]: no copy
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
