// Self-attention as most decoders of transformers write it: projections, optional head norms, rotary tables, a kernel.

import { type Engine, temporary } from '../engine/engine.ts';
import type { Tensor } from '../engine/tensor.ts';
import type { AttentionCall } from '../ops/attention.ts';
import { ligerRotary } from '../ops/liger.ts';
import { clampInPlace } from '../ops/pointwise.ts';
import { splitHeads } from '../ops/rotary.ts';
import { applyRotary, type Turned } from '../ops/rotary-forms.ts';
import { slice } from '../ops/slice.ts';
import type { Plan } from '../plan.ts';
import { dropBranch } from './branch.ts';
import { attend } from './gpt-parts.ts';
import { adapted, fusedProjections } from './lora-kernels.ts';
import { type Layer, type Linear, linearOf, type NormWeights, normOf } from './model.ts';
import { project } from './projection.ts';
import type { Context } from './tables.ts';

/** A family's own norm over the last dimension; `width` where that is not the whole weight. */
export type Norm = (e: Engine, plan: Plan, x: Tensor, weights: NormWeights, width?: number) => Tensor;

export interface HeadNorms {
  readonly norm: Norm;
  /** `q_norm(q_proj(x))` at once, or a line each when q, k and v exist. */
  readonly after: 'each projection' | 'all projections';
}

/** Returns the output and, where attention is written out, its weights: the caller's `_` keeps them until the layer returns. */
export function attention(
  e: Engine,
  plan: Plan,
  x: Tensor,
  layer: Layer,
  context: Context,
  headNorms: HeadNorms,
): [output: Tensor, weights: Tensor | null] {
  const call = attentionCall(plan, layer, context.mask);
  const eager = plan.attention === 'eager';
  const grouped = call.heads !== call.kvHeads;
  const repeats = eager || (grouped && (context.mask !== null || !plan.groupsInSdpa));
  const turns = !layer.plan.shape.attention?.unrotated;
  const copies = copiesOf(call, { turns: turns && !plan.liger.rope, passes: !turns, eager, repeats });
  const projected = 'self_attn.qkv_proj' in layer.linears ? fusedHeads : headsOf(plan);
  const { q, k, v: value, held } = projected({ e, plan, x, layer, call, headNorms, copies });
  const turned = turns ? rotated(e, plan, [q, k], context) : { query: q, key: k, held: [], headsFirst: false };
  const { query, key } = turned;
  const ordered = { ...call, headsFirst: turned.headsFirst };
  const [out, weights] = attend(e, plan, [query, key, value], ordered);
  const result = dropBranch(e, plan, projectOutput(e, plan, temporary(out), layer));
  for (const t of [query, key, value, ...turned.held, ...held]) e.release(t);
  return [result, weights];
}

/** Fused kernels give gradients in the projection's order, which need no copy; what rotary or repeat_kv return does. */
function copiesOf(
  call: AttentionCall,
  how: { readonly turns: boolean; readonly passes: boolean; readonly eager: boolean; readonly repeats: boolean },
): Projecting['copies'] {
  const several = call.kvHeads > 1; // one head: [batch, 1, tokens, dim] is the projection's own order
  return {
    q: how.turns || (how.passes && how.eager),
    k: several && (how.turns || (how.passes && how.repeats)),
    v: several && how.repeats,
  };
}

interface Projecting {
  readonly e: Engine;
  readonly plan: Plan;
  readonly x: Tensor;
  readonly layer: Layer;
  readonly call: AttentionCall;
  readonly headNorms: HeadNorms;
  /** Whose gradient is copied for the view of its projection. */
  readonly copies: { readonly q: boolean; readonly k: boolean; readonly v: boolean };
}
interface Heads {
  readonly q: Tensor;
  readonly k: Tensor;
  readonly v: Tensor;
  /** Locals that live until attention returns. */
  readonly held: readonly Tensor[];
}

/** `q_proj(x).view(…).transpose(1, 2)` and so on; norms see a head each, or before the view all of them. */
function separateHeads({ e, plan, x, layer, call, headNorms, copies }: Projecting): Heads {
  const wide = plan.model.traits?.wideHeadNorms ?? false;
  const late = headNorms.after === 'all projections';
  const normed = (states: Tensor, name: string): Tensor => {
    const weights = normOf(layer, name);
    return weights.weight
      ? headNorms.norm(e, plan, temporary(states), weights, wide ? undefined : call.headDim)
      : states;
  };
  const projected = projectedHeads(e, plan, x, layer);
  const heads = (name: HeadName, normName: string, copy: boolean): Tensor => {
    const states = projected(name);
    if (wide) return splitHeads(e, normed(states, normName), copy);
    const split = splitHeads(e, states, copy);
    return late ? split : normed(split, normName);
  };
  const q = heads('self_attn.q_proj', 'self_attn.q_norm', copies.q);
  const k = heads('self_attn.k_proj', 'self_attn.k_norm', copies.k);
  const v = splitHeads(e, projected('self_attn.v_proj'), copies.v);
  if (!late) return { q, k, v, held: [] };
  return { q: normed(q, 'self_attn.q_norm'), k: normed(k, 'self_attn.k_norm'), v, held: [] };
}

const HEADS = ['self_attn.q_proj', 'self_attn.k_proj', 'self_attn.v_proj'] as const;
type HeadName = (typeof HEADS)[number];

/** Each projection where its line stands, or all three at once by axolotl's kernel. */
function projectedHeads(e: Engine, plan: Plan, x: Tensor, layer: Layer): (name: HeadName) => Tensor {
  if (!plan.fusedLora.qkv) return (name) => project(e, plan, x, linearOf(layer, name));
  const states = fusedProjections(
    e,
    plan,
    x,
    HEADS.map((name) => adapted(linearOf(layer, name))),
  );
  return (name) => states[HEADS.indexOf(name)] as Tensor;
}

function projectOutput(e: Engine, plan: Plan, x: Tensor, layer: Layer): Tensor {
  const output = outputOf(layer);
  return plan.fusedLora.output
    ? (fusedProjections(e, plan, x, [adapted(output)])[0] as Tensor)
    : project(e, plan, x, output);
}

const headsOf = (plan: Plan): typeof separateHeads =>
  plan.model.traits?.clampsProjections ? clampedHeads : separateHeads;

/** OLMo with `clip_qkv`: all three projections, then `clamp_` on each, then the views. */
function clampedHeads({ e, plan, x, layer, copies }: Projecting): Heads {
  const states = [
    project(e, plan, x, linearOf(layer, 'self_attn.q_proj')),
    project(e, plan, x, linearOf(layer, 'self_attn.k_proj')),
    project(e, plan, x, linearOf(layer, 'self_attn.v_proj')),
  ] as const;
  const [q, k, v] = [clampInPlace(e, states[0]), clampInPlace(e, states[1]), clampInPlace(e, states[2])];
  return { q: splitHeads(e, q, copies.q), k: splitHeads(e, k, copies.k), v: splitHeads(e, v, copies.v), held: [] };
}

/** `qkv_proj(x)` cut in three (models/phi3/modeling_phi3.py): `qkv` is a local, and v keeps all of it for backward. */
function fusedHeads({ e, plan, x, layer, call, copies }: Projecting): Heads {
  const qkv = project(e, plan, x, linearOf(layer, 'self_attn.qkv_proj'));
  const perHead = call.batch * call.tokens * call.headDim;
  const q = slice(e, qkv, perHead * call.heads);
  const k = slice(e, qkv, perHead * call.kvHeads);
  const v = slice(e, qkv, perHead * call.kvHeads);
  const heads = [splitHeads(e, q, copies.q), splitHeads(e, k, copies.k), splitHeads(e, v, copies.v)] as const;
  return { q: heads[0], k: heads[1], v: heads[2], held: [qkv] };
}

/** Liger turns queries and keys in place. */
export function rotated(e: Engine, plan: Plan, pair: readonly [Tensor, Tensor], { cos, sin }: Context): Turned {
  if (plan.liger.rope) {
    return {
      query: ligerRotary(e, pair[0], cos, sin),
      key: ligerRotary(e, pair[1], cos, sin),
      held: [],
      headsFirst: false,
    };
  }
  const { rotary = 'whole', rotaryShare: share = 1 } = plan.model.traits ?? {};
  return applyRotary(e, rotary, pair, { cos, sin, share });
}

/** Phi calls it `dense`. */
const outputOf = (layer: Layer): Linear => layer.linears['self_attn.dense'] ?? linearOf(layer, 'self_attn.o_proj');

export function attentionCall(plan: Plan, layer: Layer, mask: Tensor | null): AttentionCall {
  const dims = layer.plan.shape.attention;
  if (!dims) throw new Error('the block program needs attention dimensions');
  const { heads, kvHeads, headDim } = dims;
  const sinks = layer.tensors['self_attn.sinks'];
  return {
    batch: plan.batch,
    tokens: plan.tokens,
    heads,
    kvHeads,
    headDim,
    kernel: plan.attention === 'eager' ? 'math' : plan.attention,
    mask,
    capped: plan.model.traits?.capsScores ?? false,
    dropout: plan.model.traits?.dropout?.attention ?? false,
    memEfficientTakesGroups: plan.memEfficientTakesGroups,
    ...(sinks && { sinks }),
  };
}
