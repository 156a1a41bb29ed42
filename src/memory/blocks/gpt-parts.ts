// What the models of the GPT-2 line share: dropout where the config has it, LayerNorm, attention, an MLP without a gate.

import { borrow, type Engine, letGo, temporary } from '../engine/engine.ts';
import type { Tensor } from '../engine/tensor.ts';
import { activate } from '../ops/activation.ts';
import { type AttentionCall, eagerAttention, repeatKv, scaledDotProduct } from '../ops/attention.ts';
import { layerNorm } from '../ops/layer-norm.ts';
import { linear } from '../ops/linear.ts';
import { LOGITS } from '../ops/loss.ts';
import { dropout } from '../ops/pointwise.ts';
import { sinkAttention } from '../ops/sink-attention.ts';
import type { Plan } from '../plan.ts';
import { type Layer, linearOf, type Model, type NormWeights, normOf, weightOf } from './model.ts';
import { project } from './projection.ts';

export type DropoutPlace = 'embedding' | 'attention' | 'residual';
export const drops = (plan: Plan, place: DropoutPlace): boolean => plan.model.traits?.dropout?.[place] ?? false;

/** `x = self.dropout(x)`: the name is rebound, so the old tensor goes when the new one is there. */
export function dropInto(e: Engine, plan: Plan, x: Tensor, place: DropoutPlace): Tensor {
  if (!drops(plan, place)) return x;
  return dropout(e, temporary(x));
}

export const normalise = (e: Engine, x: Tensor, norm: NormWeights): Tensor =>
  layerNorm(e, x, { weight: weightOf(norm), bias: norm.bias }, weightOf(norm).cols);
export const normIn = (e: Engine, x: Tensor, layer: Layer, name: string): Tensor =>
  normalise(e, x, normOf(layer, name));

/**
 * Attention written out gives gradients as [batch, heads, tokens, dim]: those of q and v are copied for the view they came
 * from, that of k, a product seen transposed, is not. Fused kernels give [batch, tokens, heads, dim].
 */
export const writesHeadsFirst = (plan: Plan): boolean => plan.attention === 'eager' || plan.attention === 'math';

type Heads = readonly [q: Tensor, k: Tensor, v: Tensor];

/** What a layer of a model without rotary tables is given. */
export interface MaskOnly {
  readonly mask: Tensor | null;
}

export const logitsOf = (e: Engine, model: Model, last: Tensor): Tensor =>
  linear(e, last, model.head, model.headBias, LOGITS);

/** The chosen attention function: its output, and the weights that the caller's `_` keeps where it is written out. */
export function attend(e: Engine, plan: Plan, [q, k, v]: Heads, call: AttentionCall): [Tensor, Tensor | null] {
  const eager = plan.attention === 'eager';
  const grouped = call.heads !== call.kvHeads;
  const repeats = grouped && (eager || call.mask !== null || !plan.groupsInSdpa);
  const keys = repeats ? repeatKv(e, k, call) : e.keep(k);
  const values = repeats ? repeatKv(e, v, call) : e.keep(v);
  const [out, weights] = eager
    ? writtenOut(e, [q, keys, values], call)
    : [scaledDotProduct(e, q, keys, values, call), null];
  e.release(keys);
  e.release(values);
  return [out, weights];
}

const writtenOut = (e: Engine, [q, k, v]: Heads, call: AttentionCall): readonly [Tensor, Tensor] =>
  call.sinks ? sinkAttention(e, [q, k, v], call, call.sinks) : eagerAttention(e, q, k, v, call);

/** `down(act(up(x)))`, the name rebound at each step. */
export function plainMlp(
  e: Engine,
  plan: Plan,
  x: Tensor,
  layer: Layer,
  names: readonly [up: string, down: string],
): Tensor {
  const owned = borrow(x);
  const [up, down] = names;
  const inner = project(e, plan, x, linearOf(layer, up));
  const activated = activate(e, temporary(inner), plan.model.traits?.activation ?? '');
  const out = project(e, plan, temporary(activated), linearOf(layer, down));
  letGo(e, x, owned);
  return out;
}
