// A block of a vision tower (transformers models/clip, siglip, qwen2_vl, qwen2_5_vl, qwen3_vl), local by local.

import { type Engine, temporary } from '../engine/engine.ts';
import type { Tensor } from '../engine/tensor.ts';
import { activate } from '../ops/activation.ts';
import type { AttentionCall } from '../ops/attention.ts';
import { layerNorm } from '../ops/layer-norm.ts';
import { rmsNorm } from '../ops/norm.ts';
import { add, mul } from '../ops/pointwise.ts';
import { splitHeads } from '../ops/rotary.ts';
import { applyRotary } from '../ops/rotary-forms.ts';
import { concatenate, split } from '../ops/split.ts';
import type { Plan } from '../plan.ts';
import type { TowerBlock } from '../shape.ts';
import { attend, writesHeadsFirst } from './gpt-parts.ts';
import { type Layer, linearOf, type NormWeights, normOf, weightOf } from './model.ts';
import { project } from './projection.ts';

export interface TowerContext {
  readonly block: TowerBlock;
  /** Tables of fp32, where blocks turn queries and keys. */
  readonly rotary: { readonly cos: Tensor; readonly sin: Tensor } | null;
  /** Attention is called once on a batch of images, or for each piece of one long row. */
  readonly calls: readonly [Seen, ...Seen[]];
  readonly inPieces: boolean;
}
/** What one call of attention sees: rows of so many patches each. */
export interface Seen {
  readonly rows: number;
  readonly patches: number;
}

export function towerBlock(e: Engine, plan: Plan, x: Tensor, layer: Layer, context: TowerContext): Tensor {
  const { block } = context;
  const normed = towerNorm(e, x, normOf(layer, block.norms[0]), block);
  const attended = attention(e, plan, normed, layer, context);
  e.release(normed);
  const residual = add(e, x, temporary(attended));
  const again = towerNorm(e, residual, normOf(layer, block.norms[1]), block);
  const change = mlp(e, plan, again, layer, block);
  e.release(again);
  const out = add(e, residual, temporary(change));
  e.release(residual);
  return out;
}

export const towerNorm = (e: Engine, x: Tensor, weights: NormWeights, { rms }: Pick<TowerBlock, 'rms'>): Tensor =>
  rms ? rmsNorm(e, x, weightOf(weights)) : layerNorm(e, x, weights, weightOf(weights).cols);

function attention(e: Engine, plan: Plan, x: Tensor, layer: Layer, context: TowerContext): Tensor {
  const { block, rotary } = context;
  const [q, k, v] =
    block.attention.length === 1 ? joined(e, plan, x, layer, block) : separate(e, plan, x, layer, block);
  const turned = rotary
    ? applyRotary(e, 'in-fp32', [q, k], { ...rotary, share: 1 })
    : { query: q, key: k, held: [], headsFirst: false };
  const heads = [turned.query, turned.key, v] as const;
  const out = (context.inPieces ? inPieces : atOnce)(e, plan, heads, layer, context);
  const result = project(e, plan, temporary(out), linearOf(layer, block.output));
  for (const t of [...heads, ...turned.held]) e.release(t);
  return result;
}

type Heads = readonly [q: Tensor, k: Tensor, v: Tensor];

/** `qkv(x).reshape(…, 3, …).permute(…).unbind(0)`: the stacked gradients are put in order for the projection. */
function joined(e: Engine, plan: Plan, x: Tensor, layer: Layer, { attention: [name = ''] }: TowerBlock): Heads {
  const all = splitHeads(e, project(e, plan, x, linearOf(layer, name)), true);
  const third = all.elements / 3;
  const [q, k, v] = split(e, all, [third, third, third]);
  if (!q || !k || !v) throw new Error('a projection to queries, keys and values is split in three');
  return [q, k, v];
}

function separate(e: Engine, plan: Plan, x: Tensor, layer: Layer, { attention: names }: TowerBlock): Heads {
  const copies = writesHeadsFirst(plan);
  const [q, k, v] = names.map((name, i) =>
    splitHeads(e, project(e, plan, x, linearOf(layer, name)), copies && i !== 1),
  );
  if (!q || !k || !v) throw new Error('queries, keys and values have a projection each');
  return [q, k, v];
}

function atOnce(e: Engine, plan: Plan, heads: Heads, layer: Layer, { calls: [seen] }: TowerContext): Tensor {
  const [out, weights] = attend(e, plan, heads, call(plan, layer, seen));
  e.release(weights);
  return out;
}

/** `torch.split` along the row, a call for each piece, `torch.cat`. */
function inPieces(e: Engine, plan: Plan, heads: Heads, layer: Layer, { calls }: TowerContext): Tensor {
  const all = calls.reduce((n, { rows, patches }) => n + rows * patches, 0);
  const parts = heads.map((t) => {
    const sizes = calls.map(({ rows, patches }) => (t.elements / all) * rows * patches);
    return split(e, e.keep(t), sizes);
  });
  const outs = calls.map((seen, i) => {
    const [q, k, v] = parts.map((p) => p[i]);
    if (!q || !k || !v) throw new Error('each piece has queries, keys and values');
    const [out, weights] = attend(e, plan, [q, k, v], call(plan, layer, seen));
    e.release(weights);
    return out;
  });
  const out = concatenate(e, outs);
  for (const t of [...outs, ...parts.flat()]) e.release(t);
  return out;
}

function call(plan: Plan, layer: Layer, { rows: batch, patches: tokens }: Seen): AttentionCall {
  const dims = layer.plan.shape.attention;
  if (!dims) throw new Error('the block program needs attention dimensions');
  const { heads, kvHeads, headDim } = dims;
  const kernel = plan.attention === 'eager' ? 'math' : plan.attention;
  const { memEfficientTakesGroups } = plan;
  const plain = { mask: null, capped: false, dropout: false, memEfficientTakesGroups };
  return { batch, tokens, heads, kvHeads, headDim, kernel, ...plain };
}

function mlp(e: Engine, plan: Plan, x: Tensor, layer: Layer, block: TowerBlock): Tensor {
  if (block.mlp) {
    const [up, down] = block.mlp;
    const inner = project(e, plan, x, linearOf(layer, up));
    const activated = activate(e, temporary(inner), block.activation);
    return project(e, plan, temporary(activated), linearOf(layer, down));
  }
  const gate = activate(e, temporary(project(e, plan, x, linearOf(layer, 'mlp.gate_proj'))), block.activation);
  const product = mul(e, temporary(gate), temporary(project(e, plan, x, linearOf(layer, 'mlp.up_proj'))));
  return project(e, plan, temporary(product), linearOf(layer, 'mlp.down_proj'));
}
