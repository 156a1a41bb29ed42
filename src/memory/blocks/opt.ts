// OPT (transformers, models/opt/modeling_opt.py), local by local. One line of Python, one line here.

import { type Engine, temporary } from '../engine/engine.ts';
import { label } from '../engine/sink.ts';
import type { Tensor } from '../engine/tensor.ts';
import { activate } from '../ops/activation.ts';
import { embedding } from '../ops/embedding.ts';
import { linear } from '../ops/linear.ts';
import { add, scale } from '../ops/pointwise.ts';
import { splitHeads } from '../ops/rotary.ts';
import { viewed } from '../ops/split.ts';
import type { Plan } from '../plan.ts';
import { attentionCall } from './attention.ts';
import type { CausalModel } from './forward.ts';
import { attend, dropInto, logitsOf, type MaskOnly, normalise, normIn, writesHeadsFirst } from './gpt-parts.ts';
import { makeMask } from './masks.ts';
import { endOf, type Layer, linearOf, type Model } from './model.ts';
import { project } from './projection.ts';

const ONES = label('mask that positions are counted from', 'buffers');
const POSITIONS = label('position ids', 'buffers');

export const opt: CausalModel<MaskOnly> = {
  embed: (e, model, ids) => embedding(e, ids, model.embedding),
  start: (e, model, embedded, inputs) => {
    const { plan } = model;
    const ones = plan.mask === 'none' ? e.make(plan.batch * plan.tokens, 'fp32', ONES) : null;
    const positions = countPositions(e, plan);
    const mask = makeMask(e, plan, inputs.mask, embedded.dtype, undefined);
    const shifted = e.make(positions.elements, 'i64', POSITIONS); // `position_ids + self.offset`
    const places = embedding(e, shifted, endOf(model, 'embed_positions'));
    e.release(shifted);
    const wide = projected(e, model, embedded, 'project_in');
    const hidden = add(e, wide, places);
    return {
      hidden,
      of: () => ({ mask }),
      closure: () => [mask, positions],
      held: [ones, positions, wide, places, mask],
    };
  },
  layer: optLayer,
  finish: (e, model, x) => {
    const { final_layer_norm: weight, 'final_layer_norm.bias': bias = null } = model.ends;
    const last = weight ? normalise(e, x, { weight, bias }) : e.keep(x);
    return projected(e, model, last, 'project_out');
  },
  logits: logitsOf,
};

/** `(cumsum(mask) * mask - 1).long()`: the sum is a name that is rebound. */
function countPositions(e: Engine, plan: Plan): Tensor {
  const n = plan.batch * plan.tokens;
  const type = plan.mask === 'none' ? 'fp32' : 'i64';
  const sum = e.make(n, type, POSITIONS);
  const product = e.make(n, type, POSITIONS);
  const lessOne = e.make(n, type, POSITIONS);
  e.release(product);
  const positions = type === 'i64' ? e.keep(lessOne) : e.make(n, 'i64', POSITIONS);
  e.release(lessOne);
  e.release(sum);
  return positions;
}

/** The 350M model embeds narrower than it computes. The name is rebound. */
function projected(e: Engine, model: Model, x: Tensor, name: string): Tensor {
  const weight = model.ends[name];
  return weight ? linear(e, temporary(x), weight) : x;
}

function optLayer(e: Engine, plan: Plan, x: Tensor, layer: Layer, { mask }: MaskOnly): Tensor {
  const after = plan.model.traits?.normsAfter ?? false;
  const normed = after ? e.keep(x) : normIn(e, x, layer, 'self_attn_layer_norm');
  const [attended, weights] = attention(e, plan, normed, layer, mask);
  e.release(normed);
  const change = dropInto(e, plan, attended, 'residual');
  const sum = add(e, x, temporary(change));
  const residual = viewed(e, after ? normIn(e, temporary(sum), layer, 'self_attn_layer_norm') : sum);
  const again = after ? e.keep(residual) : normIn(e, residual, layer, 'final_layer_norm');
  const mixed = dropInto(e, plan, mlp(e, plan, again, layer), 'residual');
  const total = viewed(e, add(e, residual, temporary(mixed)));
  const out = after ? normIn(e, temporary(total), layer, 'final_layer_norm') : total;
  e.release(residual);
  e.release(weights);
  return out;
}

/** In the layer itself: every result takes the name of the one before it. */
function mlp(e: Engine, plan: Plan, x: Tensor, layer: Layer): Tensor {
  const inner = project(e, plan, temporary(x), linearOf(layer, 'fc1'));
  const activated = activate(e, temporary(inner), plan.model.traits?.activation ?? '');
  return project(e, plan, temporary(activated), linearOf(layer, 'fc2'));
}

function attention(e: Engine, plan: Plan, x: Tensor, layer: Layer, mask: Tensor | null): [Tensor, Tensor | null] {
  const call = attentionCall(plan, layer, mask);
  const copies = writesHeadsFirst(plan);
  const named = (name: string): Tensor => project(e, plan, x, linearOf(layer, `self_attn.${name}`));
  const q = splitHeads(e, scale(e, temporary(named('q_proj'))), copies);
  const keys = splitHeads(e, named('k_proj'), copies); // a product seen transposed is copied by the projection's own view
  const values = named('v_proj');
  const k = splitHeads(e, keys, false);
  const v = splitHeads(e, values, copies);
  const [out, weights] = attend(e, plan, [q, k, v], call);
  const result = project(e, plan, temporary(out), linearOf(layer, 'self_attn.out_proj'));
  for (const t of [q, k, v]) e.release(t);
  return [result, weights];
}
