// MiniMind's own model (jingyaogong/minimind, model/model_minimind.py). MiniMind 3 has q and k norms; MiniMind 2 (7d877db) has none.

import { type Engine, temporary } from '../engine/engine.ts';
import { label, PLACE } from '../engine/sink.ts';
import type { Parameter, Tensor } from '../engine/tensor.ts';
import { repeatKv, scaledDotProduct } from '../ops/attention.ts';
import { to } from '../ops/cast.ts';
import { embedding } from '../ops/embedding.ts';
import { linear } from '../ops/linear.ts';
import { crossEntropy, LOGITS, shiftLogits } from '../ops/loss.ts';
import { miniMindNorm } from '../ops/norm.ts';
import { add, addInPlace } from '../ops/pointwise.ts';
import { rotary, splitHeads } from '../ops/rotary.ts';
import type { Plan } from '../plan.ts';
import { attentionCall } from './attention.ts';
import type { Inputs, Output } from './forward.ts';
import { mlp } from './mlp.ts';
import { type Layer, linearOf, type Model, normOf, weightOf } from './model.ts';
import { project } from './projection.ts';

const LABELS = label('shifted labels', 'buffers');
const AUXILIARY = label('auxiliary loss', 'buffers');
const TABLE_SLICE = label('rotary cos and sin', 'activations');

interface Tables {
  readonly cos: Tensor;
  readonly sin: Tensor;
}

export function miniMindForward(e: Engine, model: Model, inputs: Inputs): Output {
  const { plan } = model;
  const second = isSecond(plan);
  e.enter(PLACE.below);
  let hidden = embedding(e, inputs.ids, model.embedding);
  const tables: Tables = { cos: tableSlice(e, plan), sin: tableSlice(e, plan) };
  model.layers.forEach((layer, i) => {
    e.enter(i);
    const out = miniMindLayer(e, plan, hidden, layer, tables);
    e.release(hidden);
    hidden = out;
  });
  e.enter(PLACE.above);
  const last = miniMindNorm(e, hidden, weightOf(model.norm), second);
  e.release(hidden);
  for (const t of [tables.cos, tables.sin]) e.release(t);
  const auxiliary = second ? [] : [e.make(1, 'fp32', AUXILIARY)];
  const logits = linear(e, last, model.head, null, LOGITS);
  const loss = second ? crossEntropy(e, logits, inputs.ids) : lossOf(e, plan, logits);
  return { loss, held: [logits, last, ...auxiliary], leaves: [] };
}

const isSecond = (plan: Plan): boolean =>
  !(plan.model.kinds[0]?.weights.some((w) => w.name === 'self_attn.q_norm') ?? false);

/** A slice of the fp32 table that is a buffer of the model: a handle without memory of its own. */
function tableSlice(e: Engine, plan: Plan): Tensor {
  const size = plan.tokens * (plan.model.kinds[0]?.attention?.headDim ?? 0);
  return { ...e.make(0, 'fp32', TABLE_SLICE), elements: size };
}

/** `x, y = logits[..., :-1, :].contiguous(), labels[..., 1:].contiguous()`: locals of the model's forward. */
function lossOf(e: Engine, plan: Plan, logits: Tensor): Tensor {
  const shifted = shiftLogits(e, logits, plan.batch, plan.tokens);
  const labels = e.make(plan.batch * (plan.tokens - 1), 'i64', LABELS);
  const loss = crossEntropy(e, shifted, labels);
  e.release(shifted);
  e.release(labels);
  return loss;
}

function miniMindLayer(e: Engine, plan: Plan, x: Tensor, layer: Layer, tables: Tables): Tensor {
  const second = isSecond(plan);
  const normed = miniMindNorm(e, x, weightOf(normOf(layer, 'input_layernorm')), second);
  const attended = attention(e, plan, normed, layer, tables);
  e.release(normed);
  const residual = addInPlace(e, attended, x); // `hidden_states += residual`: keeps the attention output's type
  const again = miniMindNorm(e, residual, weightOf(normOf(layer, 'post_attention_layernorm')), second);
  const change = mlp(e, plan, again, layer);
  e.release(again);
  const out = add(e, residual, temporary(change));
  e.release(residual);
  return out;
}

function attention(e: Engine, plan: Plan, x: Tensor, layer: Layer, tables: Tables): Tensor {
  const call = { ...attentionCall(plan, layer, null), kernel: 'sdpa' as const };
  const heads = (name: string): Tensor => splitHeads(e, project(e, plan, x, linearOf(layer, name)), false);
  const q = heads('self_attn.q_proj');
  const k = heads('self_attn.k_proj');
  const value = heads('self_attn.v_proj');
  const [qn, kn] = [headNorm(e, layer, q, 'q_norm'), headNorm(e, layer, k, 'k_norm')];
  e.release(q);
  e.release(k);
  const [query, key] = [rotated(e, plan, qn, tables), rotated(e, plan, kn, tables)];
  e.release(qn);
  e.release(kn);
  const allKeys = repeatKv(e, key, call);
  const allValues = repeatKv(e, value, call);
  e.release(key);
  e.release(value);
  const out = scaledDotProduct(e, query, allKeys, allValues, call);
  const projected = project(e, plan, out, linearOf(layer, 'self_attn.o_proj'));
  for (const t of [out, query, allKeys, allValues]) e.release(t);
  return projected;
}

function headNorm(e: Engine, layer: Layer, x: Tensor, name: string): Tensor {
  const weight: Parameter | undefined = layer.norms[`self_attn.${name}`];
  return weight ? miniMindNorm(e, x, weight, false) : e.keep(x);
}

/** MiniMind 3 casts back to the projection's type; in MiniMind 2 q and k stay fp32 until attention casts them. */
function rotated(e: Engine, plan: Plan, x: Tensor, { cos, sin }: Tables): Tensor {
  const turned = rotary(e, x, cos, sin);
  return isSecond(plan) ? turned : to(e, temporary(turned), x.dtype);
}
