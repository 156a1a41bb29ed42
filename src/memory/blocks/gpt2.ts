// GPT-2 (transformers, models/gpt2/modeling_gpt2.py), local by local. One line of Python, one line here.

import { type Engine, temporary } from '../engine/engine.ts';
import type { Tensor } from '../engine/tensor.ts';
import { embedding } from '../ops/embedding.ts';
import { linear } from '../ops/linear.ts';
import { LOGITS } from '../ops/loss.ts';
import { add } from '../ops/pointwise.ts';
import { splitHeads } from '../ops/rotary.ts';
import { split } from '../ops/split.ts';
import type { Plan } from '../plan.ts';
import type { CausalModel } from './forward.ts';
import { attend, dropInto, gptCall, normalise, normIn, plainMlp } from './gpt-parts.ts';
import { makeMask } from './masks.ts';
import { endOf, type Layer, linearOf } from './model.ts';
import { project } from './projection.ts';
import { makePositions } from './tables.ts';

interface Context {
  readonly mask: Tensor | null;
}

export const gpt2: CausalModel<Context> = {
  embed: (e, model, ids) => embedding(e, ids, model.embedding),
  start: (e, model, embedded, inputs) => {
    const { plan } = model;
    const positions = makePositions(e, plan);
    const places = embedding(e, positions, endOf(model, 'wpe'));
    const sum = add(e, embedded, places);
    const mask = makeMask(e, plan, inputs.mask, embedded.dtype, undefined);
    const hidden = dropInto(e, plan, sum, 'embedding');
    return {
      hidden,
      of: () => ({ mask }),
      closure: () => [mask, positions],
      held: [positions, embedded, places, mask],
    };
  },
  layer: gpt2Layer,
  finish: (e, model, x) => normalise(e, x, model.norm),
  logits: (e, model, last) => linear(e, last, model.head, model.headBias, LOGITS),
};

function gpt2Layer(e: Engine, plan: Plan, x: Tensor, layer: Layer, context: Context): Tensor {
  const normed = normIn(e, x, layer, 'ln_1');
  const [attended, weights] = attention(e, plan, normed, layer, context);
  const residual = add(e, attended, x);
  e.release(normed);
  const again = normIn(e, residual, layer, 'ln_2');
  const change = dropInto(e, plan, plainMlp(e, plan, again, layer, ['mlp.c_fc', 'mlp.c_proj']), 'residual');
  const out = add(e, residual, change);
  for (const t of [again, residual, change, attended, weights]) e.release(t);
  return out;
}

function attention(e: Engine, plan: Plan, x: Tensor, layer: Layer, { mask }: Context): [Tensor, Tensor | null] {
  const call = { ...gptCall(plan, layer, mask), ownSoftmax: true };
  const joined = project(e, plan, x, linearOf(layer, 'attn.c_attn'));
  const third = joined.elements / 3;
  const copies = plan.attention === 'eager' || plan.attention === 'math'; // fused kernels give [batch, tokens, heads, dim]
  const [q, k, v] = split(e, joined, [third, third, third]).map((t) => splitHeads(e, t, copies));
  if (!q || !k || !v) throw new Error('c_attn is split in three');
  const [out, weights] = attend(e, plan, [q, k, v], call);
  const projected = project(e, plan, temporary(out), linearOf(layer, 'attn.c_proj'));
  const dropped = dropInto(e, plan, projected, 'residual');
  for (const t of [q, k, v]) e.release(t);
  return [dropped, weights];
}
