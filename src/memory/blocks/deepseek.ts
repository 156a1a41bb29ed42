// DeepSeek V2 and V3: multi-head latent attention, dense layers first, then mixtures (transformers, models/deepseek_v2, _v3).

import { type Engine, temporary } from '../engine/engine.ts';
import type { Tensor } from '../engine/tensor.ts';
import { eagerAttention, scaledDotProduct } from '../ops/attention.ts';
import { complexRotary, interleavedRotary } from '../ops/latent-rotary.ts';
import { rotary, splitHeads } from '../ops/rotary.ts';
import { concatenate, expanded, filledBy, split } from '../ops/split.ts';
import type { Plan } from '../plan.ts';
import type { AttentionDims } from '../shape.ts';
import { attentionCall, type HeadNorms, type Norm } from './attention.ts';
import { type Layer, linearOf, normOf } from './model.ts';
import { project } from './projection.ts';
import type { Context } from './tables.ts';

export type Latent = NonNullable<AttentionDims['latent']>;

/** The order is Python's: the narrow projection is split, its normed part becomes keys and values, the rest turns. */
export function latentAttention(
  e: Engine,
  plan: Plan,
  x: Tensor,
  layer: Layer,
  context: Context,
  { norm }: HeadNorms,
): [output: Tensor, weights: Tensor | null] {
  const latent = layer.plan.shape.attention?.latent;
  if (!latent) throw new Error('the block program needs latent attention');
  const call = { ...attentionCall(plan, layer, context.mask), valueDim: latent.value };
  const rows = call.batch * call.tokens;
  const still = call.headDim - latent.rotary;
  const q = queries(e, plan, x, layer, norm);
  const qKept = e.keep(q);
  const [qStill = q, qTurning = q] = split(e, q, [rows * call.heads * still, rows * call.heads * latent.rotary]);
  const narrow = project(e, plan, x, linearOf(layer, 'self_attn.kv_a_proj_with_mqa'));
  const narrowKept = e.keep(narrow);
  const rank = narrow.elements / rows - latent.rotary;
  const [kvNarrow = narrow, kTurning = narrow] = split(e, narrow, [rows * rank, rows * latent.rotary]);
  const normed = norm(e, plan, kvNarrow, normOf(layer, 'self_attn.kv_a_layernorm'));
  const [qTurned, kTurned] = turn(e, [qTurning, kTurning], context, latent);
  const query = concatenate(e, [qStill, qTurned]);
  const [key, value] = keysAndValues(e, plan, layer, { normed, kTurned, rows, still, latent, heads: call.heads });
  const [out, weights] =
    plan.attention === 'eager'
      ? eagerAttention(e, query, key, value, call)
      : [scaledDotProduct(e, query, key, value, call), null];
  const projected = project(e, plan, temporary(out), linearOf(layer, 'self_attn.o_proj'));
  const locals = [query, key, value, normed, qStill, qTurning, kvNarrow, kTurning, qTurned, kTurned, qKept, narrowKept];
  for (const t of locals) e.release(t);
  return [projected, weights];
}

/** `q_proj(x)`, or `q_b_proj(q_a_layernorm(q_a_proj(x)))`; its gradient comes back by heads and is copied. */
function queries(e: Engine, plan: Plan, x: Tensor, layer: Layer, norm: Norm): Tensor {
  if (layer.linears['self_attn.q_proj']) {
    return splitHeads(e, project(e, plan, x, linearOf(layer, 'self_attn.q_proj')), true);
  }
  const low = project(e, plan, x, linearOf(layer, 'self_attn.q_a_proj'));
  const normed = norm(e, plan, temporary(low), normOf(layer, 'self_attn.q_a_layernorm'));
  return splitHeads(e, project(e, plan, temporary(normed), linearOf(layer, 'self_attn.q_b_proj')), true);
}

type Pair = readonly [q: Tensor, k: Tensor];

function turn(e: Engine, [q, k]: Pair, { cos, sin }: Context, { rotation }: Latent): Pair {
  if (rotation === 'complex') return complexRotary(e, [q, k], cos);
  const one = rotation === 'interleaved' ? interleavedRotary : rotary;
  const query = one(e, q, cos, sin);
  return [query, one(e, k, cos, sin)];
}

interface Narrow {
  readonly normed: Tensor;
  readonly kTurned: Tensor;
  readonly rows: number;
  readonly heads: number;
  readonly still: number;
  readonly latent: Latent;
}

/** `expand_kv`: keys are filled from their own part and from the turned part that all heads share. */
function keysAndValues(e: Engine, plan: Plan, layer: Layer, n: Narrow): Pair {
  const wide = project(e, plan, n.normed, linearOf(layer, 'self_attn.kv_b_proj'));
  const byHead = splitHeads(e, wide, true);
  const perHead = n.rows * n.heads;
  const [kStill = byHead, value = byHead] = split(e, byHead, [perHead * n.still, perHead * n.latent.value]);
  const shared = expanded(e, n.kTurned, perHead * n.latent.rotary);
  const key = filledBy(e, [kStill, shared]);
  e.release(kStill);
  e.release(shared);
  return [key, value];
}
