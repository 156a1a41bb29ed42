// torchtune's decoder (torchtune/modules/transformer.py, attention.py, feed_forward.py; 0.6.1 and 0.7.0).
// Deliberately absent: dropout on attention, which no builder asks for, and vision towers.

import { type Engine, temporary } from '../../engine/engine.ts';
import { around } from '../../engine/module.ts';
import type { Tensor } from '../../engine/tensor.ts';
import { activate } from '../../ops/activation.ts';
import { repeatKv, scaledDotProduct } from '../../ops/attention.ts';
import { to } from '../../ops/cast.ts';
import { embedding } from '../../ops/embedding.ts';
import { LOGITS_FP32 } from '../../ops/loss.ts';
import { compositeNorm, onePlusNorm, spelledNorm } from '../../ops/norm.ts';
import { add, mul, scale } from '../../ops/pointwise.ts';
import { splitHeads } from '../../ops/rotary.ts';
import { turn } from '../../ops/torchtune-rotary.ts';
import type { Plan } from '../../plan.ts';
import { attentionCall } from '../attention.ts';
import type { CausalModel } from '../forward.ts';
import { headOutput } from '../head.ts';
import { type Layer, linearOf, type Model, type NormWeights, normOf, weightOf } from '../model.ts';
import { project } from './projection.ts';

export const torchtune: CausalModel<null> = {
  embed: (e, model, ids) => scaled(e, model.plan, embedding(e, ids, model.embedding)),
  start: (_, __, embedded) => ({ hidden: embedded, of: () => null, closure: () => [], held: [] }),
  layer: torchtuneLayer,
  finish: (e, { plan, norm }, x) => around(e, [weightOf(norm)], x, (input) => normed(e, plan, input, norm)),
  logits,
};

/** `self.output(h).float()`. */
function logits(e: Engine, model: Model, last: Tensor): Tensor {
  return to(e, temporary(headOutput(e, model, last)), 'fp32', LOGITS_FP32);
}

/** GemmaNormEmbeddings. */
const scaled = (e: Engine, plan: Plan, x: Tensor): Tensor =>
  plan.model.traits?.scales?.embedding ? scale(e, temporary(x)) : x;

function normed(e: Engine, plan: Plan, x: Tensor, weights: NormWeights): Tensor {
  const weight = weightOf(weights);
  if (plan.model.family === 'gemma') return onePlusNorm(e, x, weight);
  return plan.spellsNorms ? spelledNorm(e, x, weight) : compositeNorm(e, x, weight);
}

/** TransformerSelfAttentionLayer.forward: `h` is rebound, what attention and MLP return are locals to the end. */
function torchtuneLayer(e: Engine, plan: Plan, x: Tensor, layer: Layer): Tensor {
  const before = normed(e, plan, x, normOf(layer, 'input_layernorm'));
  const attended = attention(e, plan, before, layer);
  const residual = add(e, attended, x);
  e.release(before);
  const again = normed(e, plan, residual, normOf(layer, 'post_attention_layernorm'));
  const change = feedForward(e, plan, again, layer);
  e.release(again);
  const out = add(e, residual, change);
  for (const t of [residual, attended, change]) e.release(t);
  return out;
}

/** FeedForward.forward: `h` is rebound. */
function feedForward(e: Engine, plan: Plan, x: Tensor, layer: Layer): Tensor {
  const gate = project(e, plan, x, linearOf(layer, 'mlp.gate_proj'));
  const turned = activate(e, temporary(gate), plan.model.traits?.activation ?? 'silu');
  const up = project(e, plan, x, linearOf(layer, 'mlp.up_proj'));
  const product = mul(e, temporary(turned), temporary(up));
  return project(e, plan, temporary(product), linearOf(layer, 'mlp.down_proj'));
}

/** MultiHeadAttention.forward; Qwen 3's own has norms between projection and rotation. */
function attention(e: Engine, plan: Plan, x: Tensor, layer: Layer): Tensor {
  const call = attentionCall(plan, layer, null);
  // The sum over repeated heads comes back as [batch, heads, tokens, dim]; rotation in pairs puts it in order.
  const copies = call.heads !== call.kvHeads && call.kvHeads > 1;
  const pairs = plan.model.traits?.turns?.form === 'pairs';
  const heads = (name: string, copiesGradient: boolean): Tensor =>
    splitHeads(e, project(e, plan, x, linearOf(layer, `self_attn.${name}_proj`)), copiesGradient);
  const q = turned(e, plan, heads('q', false), normOf(layer, 'self_attn.q_norm'));
  const keys = heads('k', !pairs && copies);
  const values = heads('v', copies);
  const k = repeated(e, turned(e, plan, keys, normOf(layer, 'self_attn.k_norm')), call);
  const v = repeated(e, values, call);
  const attended = scaledDotProduct(e, q, k, v, call);
  const out = project(e, plan, temporary(attended), linearOf(layer, 'self_attn.o_proj'));
  for (const t of [q, k, v]) e.release(t);
  return out;
}

function turned(e: Engine, plan: Plan, states: Tensor, norm: NormWeights): Tensor {
  const { traits, kinds } = plan.model;
  const ready = norm.weight ? normed(e, plan, temporary(states), norm) : states;
  const perRow = plan.tokens * (kinds[0]?.attention?.headDim ?? 0);
  const numbers = plan.restartsPositions ? plan.batch * perRow : perRow;
  return turn(e, traits?.turns?.form ?? 'pairs', ready, { numbers, gathered: plan.restartsPositions });
}

/** `k = k.unsqueeze(2).expand(…).flatten(1, 2)`: the name is rebound. */
function repeated(e: Engine, x: Tensor, call: Parameters<typeof repeatKv>[2]): Tensor {
  const out = repeatKv(e, x, call);
  e.release(x);
  return out;
}
