// The Llama line (llama, mistral, qwen2, qwen3) as transformers writes it, local by local. One line of Python, one line here.

import { type Engine, temporary } from '../engine/engine.ts';
import { around, NO_PARAMETERS } from '../engine/module.ts';
import type { Tensor } from '../engine/tensor.ts';
import { embedding } from '../ops/embedding.ts';
import { linear } from '../ops/linear.ts';
import { LOGITS } from '../ops/loss.ts';
import { add, scale } from '../ops/pointwise.ts';
import type { Plan } from '../plan.ts';
import { attention } from './attention.ts';
import { latentAttention } from './deepseek.ts';
import { mixture } from './experts.ts';
import type { Line } from './forward.ts';
import { mlp } from './mlp.ts';
import { type Layer, type Model, normOf } from './model.ts';
import { headNorms, norm } from './norms.ts';
import type { Context } from './tables.ts';

export const llama: Line = {
  embed: (e, model, ids) => embedding(e, ids, model.embedding),
  layer: llamaLayer,
  norm,
  logits,
};

/** Granite and Cohere multiply them by a number. */
export function logits(e: Engine, model: Model, last: Tensor): Tensor {
  const raw = linear(e, last, model.head, null, LOGITS);
  return model.plan.model.traits?.scales?.logits ? scale(e, temporary(raw), LOGITS) : raw;
}

function llamaLayer(e: Engine, plan: Plan, x: Tensor, layer: Layer, context: Context): Tensor {
  const normed = norm(e, plan, x, normOf(layer, 'input_layernorm'));
  const attend = layer.plan.shape.attention?.latent ? latentAttention : attention;
  let weights: Tensor | null = null; // `hidden_states, _ =`: `_` lives on
  const attended = around(e, NO_PARAMETERS, normed, (input) => {
    const [out, scores] = attend(e, plan, input, layer, context, headNorms(plan));
    weights = scores;
    return out;
  });
  e.release(normed);
  const residual = onto(e, plan, x, attended);
  const again = norm(e, plan, residual, normOf(layer, 'post_attention_layernorm'));
  const change = layer.plan.shape.experts ? mixture(e, plan, again, layer) : mlp(e, plan, again, layer);
  e.release(again);
  const out = onto(e, plan, residual, change);
  e.release(residual);
  e.release(weights);
  return out;
}

/** `residual + hidden_states`; Granite: `residual + hidden_states * self.residual_multiplier`. The change is taken over. */
function onto(e: Engine, plan: Plan, residual: Tensor, change: Tensor): Tensor {
  const scales = plan.model.traits?.scales?.residual ?? false;
  const out = add(e, residual, scales ? temporary(scale(e, change)) : change);
  e.release(change);
  return out;
}
