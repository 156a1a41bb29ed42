// Gemma 1, 2 and the text half of 3 (transformers, models/gemma*/modeling_gemma*.py): scaled embedding, norms that multiply
// by 1 + w in fp32, from the second generation on a norm after attention and MLP too, and caps on logits.

import { type Engine, temporary } from '../engine/engine.ts';
import type { Tensor } from '../engine/tensor.ts';
import { embedding } from '../ops/embedding.ts';
import { ligerRmsNorm } from '../ops/liger.ts';
import { linear } from '../ops/linear.ts';
import { LOGITS } from '../ops/loss.ts';
import { onePlusNorm } from '../ops/norm.ts';
import { add, scale, softcap } from '../ops/pointwise.ts';
import type { Plan } from '../plan.ts';
import { attention, type HeadNorms } from './attention.ts';
import type { Line } from './forward.ts';
import { mlp } from './mlp.ts';
import { type Layer, type Model, type NormWeights, normOf, weightOf } from './model.ts';
import type { Context } from './tables.ts';

export const gemma: Line = {
  embed: (e, model, ids) => scale(e, temporary(embedding(e, ids, model.embedding))),
  layer: gemmaLayer,
  norm,
  logits,
};

function norm(e: Engine, plan: Plan, x: Tensor, weights: NormWeights): Tensor {
  const weight = weightOf(weights);
  return plan.liger.norm ? ligerRmsNorm(e, x, weight) : onePlusNorm(e, x, weight);
}

const HEAD_NORMS: HeadNorms = { norm, after: 'all projections' };

function gemmaLayer(e: Engine, plan: Plan, x: Tensor, layer: Layer, context: Context): Tensor {
  const normed = norm(e, plan, x, normOf(layer, 'input_layernorm'));
  const [attended, weights] = attention(e, plan, normed, layer, context, HEAD_NORMS); // `hidden_states, _ =`: `_` lives on
  e.release(normed);
  const fourNorms = 'pre_feedforward_layernorm' in layer.norms;
  const after = (change: Tensor, name: string): Tensor =>
    fourNorms ? norm(e, plan, temporary(change), normOf(layer, name)) : change;
  const residual = add(e, x, temporary(after(attended, 'post_attention_layernorm')));
  const before = fourNorms ? 'pre_feedforward_layernorm' : 'post_attention_layernorm';
  const again = norm(e, plan, residual, normOf(layer, before));
  const change = mlp(e, plan, again, layer);
  e.release(again);
  const out = add(e, residual, temporary(after(change, 'post_feedforward_layernorm')));
  e.release(residual);
  e.release(weights);
  return out;
}

function logits(e: Engine, model: Model, last: Tensor): Tensor {
  const raw = linear(e, last, model.head, null, LOGITS);
  return model.plan.model.traits?.capsLogits ? softcap(e, temporary(raw), LOGITS) : raw;
}
