// GPT-NeoX (transformers, models/gpt_neox/modeling_gpt_neox.py), local by local. One line of Python, one line here.

import { type Engine, temporary } from '../engine/engine.ts';
import type { Tensor } from '../engine/tensor.ts';
import { embedding } from '../ops/embedding.ts';
import { add } from '../ops/pointwise.ts';
import { splitHeads } from '../ops/rotary.ts';
import { split } from '../ops/split.ts';
import type { Plan } from '../plan.ts';
import { attentionCall, rotated } from './attention.ts';
import type { Line } from './forward.ts';
import { attend, dropInto, logitsOf, normIn, plainMlp } from './gpt-parts.ts';
import { type Layer, linearOf } from './model.ts';
import { norm } from './norms.ts';
import { project } from './projection.ts';
import type { Context } from './tables.ts';

const MLP = ['mlp.dense_h_to_4h', 'mlp.dense_4h_to_h'] as const;

export const gptNeoX: Line = {
  embed: (e, model, ids) => embedding(e, ids, model.embedding),
  layer: gptNeoXLayer,
  norm,
  logits: logitsOf,
};

function gptNeoXLayer(e: Engine, plan: Plan, x: Tensor, layer: Layer, context: Context): Tensor {
  const normed = normIn(e, x, layer, 'input_layernorm'); // an argument: it dies with the call
  const [raw, weights] = attention(e, plan, normed, layer, context);
  e.release(normed);
  const attended = dropInto(e, plan, raw, 'residual');
  return plan.model.traits?.parallel
    ? beside(e, plan, x, layer, [attended, weights])
    : behind(e, plan, x, layer, [attended, weights]);
}

type Attended = readonly [output: Tensor, weights: Tensor | null];

/** `mlp_output + attn_output + hidden_states`. */
function beside(e: Engine, plan: Plan, x: Tensor, layer: Layer, [attended, weights]: Attended): Tensor {
  const change = mlp(e, plan, x, layer);
  const out = add(e, temporary(add(e, change, attended)), x);
  for (const t of [attended, change, weights]) e.release(t);
  return out;
}

function behind(e: Engine, plan: Plan, x: Tensor, layer: Layer, [attended, weights]: Attended): Tensor {
  const residual = add(e, temporary(attended), x);
  const change = mlp(e, plan, residual, layer);
  const out = add(e, change, residual);
  for (const t of [residual, change, weights]) e.release(t);
  return out;
}

const mlp = (e: Engine, plan: Plan, x: Tensor, layer: Layer): Tensor =>
  dropInto(
    e,
    plan,
    plainMlp(e, plan, temporary(normIn(e, x, layer, 'post_attention_layernorm')), layer, MLP),
    'residual',
  );

/** Heads hold q, k and v side by side, so the gradients' whole is put in order for the projection. */
function attention(e: Engine, plan: Plan, x: Tensor, layer: Layer, context: Context): [Tensor, Tensor | null] {
  const call = attentionCall(plan, layer, context.mask);
  const joined = splitHeads(e, project(e, plan, x, linearOf(layer, 'attention.query_key_value')), true);
  const third = joined.elements / 3;
  const qkv = e.keep(joined); // a local
  const [q, k, v] = split(e, joined, [third, third, third]);
  if (!q || !k || !v) throw new Error('query_key_value is split in three');
  const turned = rotated(e, plan, [q, k], context);
  const [out, weights] = attend(e, plan, [turned.query, turned.key, v], { ...call, headsFirst: turned.headsFirst });
  const result = project(e, plan, temporary(out), linearOf(layer, 'attention.dense'));
  for (const t of [qkv, turned.query, turned.key, v, ...turned.held]) e.release(t);
  return [result, weights];
}
