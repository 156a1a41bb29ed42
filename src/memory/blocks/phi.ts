// Phi 1, 1.5, 2 and StarCoder2 (transformers, models/phi, models/starcoder2): Llama's attention, LayerNorms and an MLP
// without a gate, local by local.

import { type Engine, temporary } from '../engine/engine.ts';
import type { Tensor } from '../engine/tensor.ts';
import { embedding } from '../ops/embedding.ts';
import { add } from '../ops/pointwise.ts';
import type { Plan } from '../plan.ts';
import { attention } from './attention.ts';
import type { Line } from './forward.ts';
import { dropInto, logitsOf, normIn, plainMlp } from './gpt-parts.ts';
import type { Layer } from './model.ts';
import { headNorms, norm } from './norms.ts';
import type { Context } from './tables.ts';

const frame = {
  embed: (e, model, ids) => embedding(e, ids, model.embedding),
  norm,
  logits: logitsOf,
} satisfies Partial<Line>;

export const phi: Line = { ...frame, layer: phiLayer };
export const starCoder2: Line = { ...frame, layer: starCoder2Layer };

/** `attn_outputs + feed_forward_hidden_states + residual`. */
function phiLayer(e: Engine, plan: Plan, x: Tensor, layer: Layer, context: Context): Tensor {
  const normed = normIn(e, x, layer, 'input_layernorm');
  const [raw, weights] = attention(e, plan, normed, layer, context, headNorms(plan));
  const attended = dropInto(e, plan, raw, 'residual');
  const change = dropInto(e, plan, plainMlp(e, plan, normed, layer, ['mlp.fc1', 'mlp.fc2']), 'residual');
  const out = add(e, temporary(add(e, attended, change)), x);
  for (const t of [normed, attended, change, weights]) e.release(t);
  return out;
}

function starCoder2Layer(e: Engine, plan: Plan, x: Tensor, layer: Layer, context: Context): Tensor {
  const normed = normIn(e, x, layer, 'input_layernorm');
  const [raw, weights] = attention(e, plan, normed, layer, context, headNorms(plan));
  e.release(normed);
  const residual = add(e, x, temporary(dropInto(e, plan, raw, 'residual')));
  const again = normIn(e, residual, layer, 'post_attention_layernorm');
  const change = dropInto(e, plan, plainMlp(e, plan, again, layer, ['mlp.c_fc', 'mlp.c_proj']), 'residual');
  e.release(again);
  const out = add(e, residual, temporary(change));
  for (const t of [residual, weights]) e.release(t);
  return out;
}
