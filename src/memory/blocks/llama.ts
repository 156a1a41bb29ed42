// The Llama line (llama, mistral, qwen2, qwen3) as transformers writes it, local by local. One line of Python, one line here.

import { borrow, type Engine, letGo, temporary } from '../engine/engine.ts';
import type { Tensor } from '../engine/tensor.ts';
import { type AttentionCall, eagerAttention, repeatKv, scaledDotProduct } from '../ops/attention.ts';
import { ligerRmsNorm, ligerRotary, ligerSwiGlu } from '../ops/liger.ts';
import { rmsNorm } from '../ops/norm.ts';
import { add, mul, silu } from '../ops/pointwise.ts';
import { rotary, splitHeads } from '../ops/rotary.ts';
import type { Plan } from '../plan.ts';
import { type Layer, linearOf, type NormWeights, normOf, weightOf } from './model.ts';
import { project } from './projection.ts';

/** What the model hands to every layer. */
export interface Context {
  readonly cos: Tensor;
  readonly sin: Tensor;
  readonly positions: Tensor | null;
  readonly mask: Tensor | null;
}

export function norm(e: Engine, plan: Plan, x: Tensor, weights: NormWeights): Tensor {
  const weight = weightOf(weights);
  return plan.liger.norm ? ligerRmsNorm(e, x, weight) : rmsNorm(e, x, weight);
}

export function llamaLayer(e: Engine, plan: Plan, x: Tensor, layer: Layer, context: Context): Tensor {
  const normed = norm(e, plan, x, normOf(layer, 'input_layernorm'));
  const [attended, weights] = attention(e, plan, normed, layer, context); // `hidden_states, _ =`: `_` lives on
  e.release(normed);
  const residual = add(e, x, temporary(attended));
  const again = norm(e, plan, residual, normOf(layer, 'post_attention_layernorm'));
  const change = mlp(e, plan, again, layer);
  e.release(again);
  const out = add(e, residual, temporary(change));
  e.release(residual);
  e.release(weights);
  return out;
}

function attention(e: Engine, plan: Plan, x: Tensor, layer: Layer, context: Context): [Tensor, Tensor | null] {
  const call = attentionCall(plan, layer, context.mask);
  const eager = plan.attention === 'eager';
  const grouped = call.heads !== call.kvHeads;
  const repeats = eager || (grouped && (context.mask !== null || !plan.groupsInSdpa));
  const heads = (name: string, normName: string | null, copies: boolean): Tensor => {
    const split = splitHeads(e, project(e, plan, x, linearOf(layer, name)), copies);
    const weights = normName ? normOf(layer, normName) : null;
    return weights?.weight ? norm(e, plan, temporary(split), weights) : split;
  };
  const straight = [
    heads('self_attn.q_proj', 'self_attn.q_norm', !plan.liger.rope),
    heads('self_attn.k_proj', 'self_attn.k_norm', !plan.liger.rope),
  ] as const;
  const value = heads('self_attn.v_proj', null, repeats); // fused kernels give dv as [batch, tokens, heads, dim]: no copy
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
    memEfficientTakesGroups: plan.memEfficientTakesGroups,
  };
}

/** `down_proj(act_fn(gate_proj(x)) * up_proj(x))`. */
export function mlp(e: Engine, plan: Plan, x: Tensor, layer: Layer): Tensor {
  const owned = borrow(x);
  const gate = project(e, plan, x, linearOf(layer, 'mlp.gate_proj'));
  const product = plan.liger.mlp
    ? ligerSwiGlu(e, temporary(gate), temporary(project(e, plan, x, linearOf(layer, 'mlp.up_proj'))))
    : gated(e, plan, x, gate, layer);
  const out = project(e, plan, temporary(product), linearOf(layer, 'mlp.down_proj'));
  letGo(e, x, owned);
  return out;
}
function gated(e: Engine, plan: Plan, x: Tensor, gate: Tensor, layer: Layer): Tensor {
  const activated = silu(e, temporary(gate));
  const up = project(e, plan, x, linearOf(layer, 'mlp.up_proj'));
  return mul(e, temporary(activated), temporary(up));
}
