// The Llama line (llama, mistral, qwen2, qwen3) as transformers writes it, local by local. One line of Python, one line here.

import { borrow, type Engine, letGo, temporary } from '../engine/engine.ts';
import type { Tensor } from '../engine/tensor.ts';
import { embedding } from '../ops/embedding.ts';
import { ligerRmsNorm, ligerSwiGlu } from '../ops/liger.ts';
import { linear } from '../ops/linear.ts';
import { LOGITS } from '../ops/loss.ts';
import { rmsNorm } from '../ops/norm.ts';
import { add, geluTanh, mul, silu } from '../ops/pointwise.ts';
import type { Plan } from '../plan.ts';
import { attention, type HeadNorms } from './attention.ts';
import { mixture } from './experts.ts';
import type { Line } from './forward.ts';
import { type Layer, linearOf, type NormWeights, normOf, weightOf } from './model.ts';
import { project } from './projection.ts';
import type { Context } from './tables.ts';

export const llama: Line = {
  embed: (e, model, ids) => embedding(e, ids, model.embedding),
  layer: llamaLayer,
  norm,
  logits: (e, model, last) => linear(e, last, model.head, null, LOGITS),
};

function norm(e: Engine, plan: Plan, x: Tensor, weights: NormWeights): Tensor {
  const weight = weightOf(weights);
  return plan.liger.norm ? ligerRmsNorm(e, x, weight) : rmsNorm(e, x, weight);
}

const HEAD_NORMS: HeadNorms = { norm, after: 'each projection' };

function llamaLayer(e: Engine, plan: Plan, x: Tensor, layer: Layer, context: Context): Tensor {
  const normed = norm(e, plan, x, normOf(layer, 'input_layernorm'));
  const [attended, weights] = attention(e, plan, normed, layer, context, HEAD_NORMS); // `hidden_states, _ =`: `_` lives on
  e.release(normed);
  const residual = add(e, x, temporary(attended));
  const again = norm(e, plan, residual, normOf(layer, 'post_attention_layernorm'));
  const change = layer.plan.shape.experts ? mixture(e, again, layer) : mlp(e, plan, again, layer);
  e.release(again);
  const out = add(e, residual, temporary(change));
  e.release(residual);
  e.release(weights);
  return out;
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
  const activate = plan.model.traits?.activation === 'gelu-tanh' ? geluTanh : silu;
  const activated = activate(e, temporary(gate));
  const up = project(e, plan, x, linearOf(layer, 'mlp.up_proj'));
  return mul(e, temporary(activated), temporary(up));
}
