// Layers that put Llama's parts in another order (transformers, models/olmo2, glm4, cohere, stablelm), local by local.

import { type Engine, temporary } from '../engine/engine.ts';
import type { Tensor } from '../engine/tensor.ts';
import { add } from '../ops/pointwise.ts';
import type { Plan } from '../plan.ts';
import { attention } from './attention.ts';
import type { Line } from './forward.ts';
import { llama } from './llama.ts';
import { mlp } from './mlp.ts';
import { type Layer, normOf } from './model.ts';
import { headNorms, norm } from './norms.ts';
import type { Context } from './tables.ts';

/** OLMo 2 and 3, EXAONE 4: a norm after attention and after the MLP, none before. */
export const postNorm: Line = { ...llama, layer: postNormLayer };
/** GLM-4-0414: a norm before and after each. */
export const sandwich: Line = { ...llama, layer: sandwichLayer };
/** Cohere, StableLM 2 12B: one norm, and both branches read it. */
export const parallel: Line = { ...llama, layer: parallelLayer };
/** StableLM: Llama's order with locals that all live until the layer returns. */
export const stableLm: Line = { ...llama, layer: stableLmLayer };

function postNormLayer(e: Engine, plan: Plan, x: Tensor, layer: Layer, context: Context): Tensor {
  const [attended, weights] = attention(e, plan, x, layer, context, headNorms(plan));
  const change = norm(e, plan, temporary(attended), normOf(layer, 'post_attention_layernorm'));
  const residual = add(e, x, temporary(change));
  const mixed = mlp(e, plan, residual, layer);
  const second = norm(e, plan, temporary(mixed), normOf(layer, 'post_feedforward_layernorm'));
  const out = add(e, residual, temporary(second));
  e.release(residual);
  e.release(weights);
  return out;
}

function sandwichLayer(e: Engine, plan: Plan, x: Tensor, layer: Layer, context: Context): Tensor {
  const normed = norm(e, plan, x, normOf(layer, 'input_layernorm'));
  const [attended, weights] = attention(e, plan, normed, layer, context, headNorms(plan));
  e.release(normed);
  const change = norm(e, plan, temporary(attended), normOf(layer, 'post_self_attn_layernorm'));
  const residual = add(e, x, temporary(change));
  const again = norm(e, plan, residual, normOf(layer, 'post_attention_layernorm'));
  const mixed = mlp(e, plan, again, layer);
  e.release(again);
  const second = norm(e, plan, temporary(mixed), normOf(layer, 'post_mlp_layernorm'));
  const out = add(e, residual, temporary(second));
  e.release(residual);
  e.release(weights);
  return out;
}

/** `residual + attention + mlp`. */
function parallelLayer(e: Engine, plan: Plan, x: Tensor, layer: Layer, context: Context): Tensor {
  const normed = norm(e, plan, x, normOf(layer, 'input_layernorm'));
  const [attended, weights] = attention(e, plan, normed, layer, context, headNorms(plan));
  const mixed = mlp(e, plan, normed, layer);
  const out = add(e, temporary(add(e, x, attended)), mixed);
  for (const t of [normed, attended, mixed, weights]) e.release(t);
  return out;
}

function stableLmLayer(e: Engine, plan: Plan, x: Tensor, layer: Layer, context: Context): Tensor {
  const normed = norm(e, plan, x, normOf(layer, 'input_layernorm'));
  const [attended, weights] = attention(e, plan, normed, layer, context, headNorms(plan));
  const residual = add(e, x, attended);
  const mixed = mlp(e, plan, temporary(norm(e, plan, residual, normOf(layer, 'post_attention_layernorm'))), layer);
  const out = add(e, residual, mixed);
  for (const t of [normed, attended, residual, mixed, weights]) e.release(t);
  return out;
}
