// GPT-2 and GPT-BigCode (transformers, models/gpt2, models/gpt_bigcode), local by local. One line of Python, one line here.

import { type Engine, temporary } from '../engine/engine.ts';
import type { Tensor } from '../engine/tensor.ts';
import { embedding } from '../ops/embedding.ts';
import { add } from '../ops/pointwise.ts';
import { splitHeads } from '../ops/rotary.ts';
import { split } from '../ops/split.ts';
import type { Plan } from '../plan.ts';
import { attentionCall } from './attention.ts';
import type { CausalModel } from './forward.ts';
import {
  attend,
  dropInto,
  logitsOf,
  type MaskOnly,
  normalise,
  normIn,
  plainMlp,
  writesHeadsFirst,
} from './gpt-parts.ts';
import { makeMask } from './masks.ts';
import { endOf, type Layer, linearOf } from './model.ts';
import { project } from './projection.ts';
import { makePositions } from './tables.ts';

/** Where the two classes part. */
interface Form {
  /** Position ids are an argument of the layers. */
  readonly passesPositions: boolean;
  /** The mask is made before the position embedding. */
  readonly masksFirst: boolean;
  /** Attention written out takes softmax in the scores' own type. */
  readonly ownSoftmax: boolean;
}

export const gpt2 = model({ passesPositions: true, masksFirst: false, ownSoftmax: true });
export const gptBigCode = model({ passesPositions: false, masksFirst: true, ownSoftmax: false });

function model(form: Form): CausalModel<MaskOnly> {
  return {
    embed: (e, model, ids) => embedding(e, ids, model.embedding),
    start: (e, model, embedded, inputs) => {
      const { plan } = model;
      const positions = makePositions(e, plan);
      const maskOf = (): Tensor | null => makeMask(e, plan, inputs.mask, embedded.dtype, undefined);
      const early = form.masksFirst ? maskOf() : null;
      const places = embedding(e, positions, endOf(model, 'wpe'));
      const sum = add(e, embedded, places);
      const mask = form.masksFirst ? early : maskOf();
      const hidden = dropInto(e, plan, sum, 'embedding');
      return {
        hidden,
        of: () => ({ mask }),
        closure: () => (form.passesPositions ? [mask, positions] : [mask]),
        held: [positions, embedded, places, mask],
      };
    },
    layer: (e, plan, x, layer, { mask }) =>
      gpt2Layer(e, plan, x, layer, (h) => attention(e, plan, h, layer, mask, form)),
    finish: (e, model, x) => normalise(e, x, model.norm),
    logits: logitsOf,
  };
}

type Attention = (x: Tensor) => [Tensor, Tensor | null];

function gpt2Layer(e: Engine, plan: Plan, x: Tensor, layer: Layer, attention: Attention): Tensor {
  const normed = normIn(e, x, layer, 'ln_1');
  const [attended, weights] = attention(normed);
  const residual = add(e, attended, x);
  e.release(normed);
  const again = normIn(e, residual, layer, 'ln_2');
  const change = dropInto(e, plan, plainMlp(e, plan, again, layer, ['mlp.c_fc', 'mlp.c_proj']), 'residual');
  const out = add(e, residual, change);
  for (const t of [again, residual, change, attended, weights]) e.release(t);
  return out;
}

function attention(
  e: Engine,
  plan: Plan,
  x: Tensor,
  layer: Layer,
  mask: Tensor | null,
  form: Form,
): [Tensor, Tensor | null] {
  const call = { ...attentionCall(plan, layer, mask), ownSoftmax: form.ownSoftmax };
  const joined = project(e, plan, x, linearOf(layer, 'attn.c_attn'));
  const perHead = call.batch * call.tokens * call.headDim;
  const shared = call.kvHeads === 1; // no view splits heads: there is one
  const sizes = [call.heads, call.kvHeads, call.kvHeads].map((n) => n * perHead);
  const copies = writesHeadsFirst(plan);
  const [q, k, v] = split(e, joined, sizes).map((t, i) =>
    splitHeads(e, t, copies && (i === 0 || (i === 2 && !shared))),
  );
  if (!q || !k || !v) throw new Error('c_attn is split in three');
  const [out, weights] = attend(e, plan, [q, k, v], call);
  const projected = project(e, plan, temporary(out), linearOf(layer, 'attn.c_proj'));
  const dropped = dropInto(e, plan, projected, 'residual');
  for (const t of [q, k, v]) e.release(t);
  return [dropped, weights];
}
