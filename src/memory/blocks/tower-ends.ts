// How vision towers begin and end (transformers models/clip, siglip, qwen2_vl, qwen2_5_vl, qwen3_vl): from pixels to the first
// block's input, from the last block's output to features in the language model's width.

import { type Engine, temporary } from '../engine/engine.ts';
import { label } from '../engine/sink.ts';
import type { Tensor } from '../engine/tensor.ts';
import { activate } from '../ops/activation.ts';
import { to } from '../ops/cast.ts';
import { embedPatches } from '../ops/convolution.ts';
import { embedding } from '../ops/embedding.ts';
import { takeRows } from '../ops/gather.ts';
import { linear } from '../ops/linear.ts';
import { onePlusNorm } from '../ops/norm.ts';
import { add, clone, mul } from '../ops/pointwise.ts';
import { averagePool } from '../ops/pool.ts';
import { sumRows } from '../ops/routing.ts';
import { slice } from '../ops/slice.ts';
import { concatenate, expanded, reshaped } from '../ops/split.ts';
import type { TowerProgramName } from '../program.ts';
import type { TowerPlan } from '../tower-plan.ts';
import { type Layer, linearOf, type Model, normOf, type Tower, tensorOf, weightOf } from './model.ts';
import { project } from './projection.ts';
import { towerNorm } from './tower.ts';

/** Neighbours a position is interpolated from. */
const TAPS = 4;
const INDEX = label('patches in the order of windows', 'buffers');
const ORDERED = label('patches in another order', 'activations');
const ROTARY = label('rotary cos and sin of patches', 'activations');
const POSITIONS = label('position ids', 'buffers');
const IN_ORDER = label('features in order', 'activations');

export interface Begun {
  readonly hidden: Tensor;
  readonly rotary: { readonly cos: Tensor; readonly sin: Tensor } | null;
  /** Locals of the tower's forward. */
  readonly held: readonly Tensor[];
}

/** What a tower is built of, and how many patches of how many images it sees. */
export interface Seeing {
  readonly model: Model;
  readonly tower: Tower;
  readonly plan: TowerPlan;
  /** Tells a patch embedding's output to require a gradient where trainers ask for that (enable_input_require_grads). */
  readonly open: (x: Tensor) => void;
}

export interface TowerEnds {
  readonly begin: (e: Engine, seeing: Seeing, pixels: Tensor) => Begun;
  /** The features of the last block but one are taken. */
  readonly skipsLast?: boolean;
  readonly end: (e: Engine, seeing: Seeing, last: Tensor) => Tensor;
  /** Features that go to the language model’s own layers: of the output of the tower’s block `index`, the `nth` of them. */
  readonly deep?: (e: Engine, seeing: Seeing, output: Tensor, nth: number) => Tensor;
  /** What every image’s patches begin with. */
  readonly firstTokens: number;
  /** Several images are called one after the other, on pieces of one row. */
  readonly inPieces: boolean;
}

/** `patch_embedding(pixel_values.to(dtype=target_dtype))`. */
function patches(e: Engine, { model, tower }: Seeing, pixels: Tensor, name: string): Tensor {
  const input = to(e, pixels, model.plan.weights);
  const out = embedPatches(e, input, tensorOf(tower.below, name), tower.below.tensors[`${name}_bias`] ?? null);
  e.release(input);
  return out;
}

function positionsOf(e: Engine, { tower }: Seeing): Tensor {
  const { positionIds } = tower;
  if (!positionIds) throw new Error('a tower with a position table has their numbers');
  return embedding(e, positionIds, tensorOf(tower.below, 'position_embedding'));
}

/** CLIPVisionEmbeddings, then a norm. */
function beginClip(e: Engine, seeing: Seeing, pixels: Tensor): Begun {
  const { tower, plan } = seeing;
  const patched = patches(e, seeing, pixels, 'patch_embedding');
  seeing.open(patched);
  const first = expanded(e, tensorOf(tower.below, 'class_embedding').tensor, plan.images * plan.shape.hidden);
  const joined = concatenate(e, [first, patched]);
  e.release(first);
  const sum = add(e, temporary(joined), temporary(positionsOf(e, seeing)));
  e.release(patched);
  const normed = towerNorm(e, sum, normOf(tower.below, 'pre_layrnorm'), plan.shape.block);
  e.release(sum);
  return { hidden: normed, rotary: null, held: [] };
}

/** LlavaMultiModalProjector behind the features without their first token. */
function endLlava(e: Engine, { model, tower, plan }: Seeing, last: Tensor): Tensor {
  const view = slice(e, last, last.elements - plan.images * plan.shape.hidden);
  const selected = plan.images > 1 ? clone(e, view, IN_ORDER) : e.keep(view); // rows of several images are no plain matrix
  const first = project(e, model.plan, selected, linearOf(tower.projector, 'linear_1'));
  const activated = activate(e, temporary(first), 'gelu');
  const out = project(e, model.plan, temporary(activated), linearOf(tower.projector, 'linear_2'));
  e.release(selected);
  e.release(view);
  return catOf(e, out);
}

/** `torch.cat` of a list that holds all images' features: a copy. */
const catOf = (e: Engine, features: Tensor): Tensor => clone(e, temporary(features), IN_ORDER);

function beginSiglip(e: Engine, seeing: Seeing, pixels: Tensor): Begun {
  const patched = patches(e, seeing, pixels, 'patch_embedding');
  seeing.open(patched);
  const hidden = add(e, patched, temporary(positionsOf(e, seeing)));
  e.release(patched);
  return { hidden, rotary: null, held: [] };
}

/** Gemma3MultiModalProjector: patches pooled into tokens, a norm, a product with a bare matrix. */
function endGemma3(e: Engine, { tower, plan }: Seeing, last: Tensor): Tensor {
  const normed = towerNorm(e, last, normOf(tower.above, 'post_layernorm'), plan.shape.block);
  const reshaped = clone(e, normed, IN_ORDER);
  const pooled = averagePool(e, reshaped, plan.shape.merged);
  const scaled = onePlusNorm(e, pooled, weightOf(normOf(tower.projector, 'mm_soft_emb_norm')));
  const matrix = tensorOf(tower.projector, 'mm_input_projection_weight');
  const out = linear(e, scaled, { ...matrix, rows: matrix.cols, cols: matrix.rows });
  const result = to(e, temporary(out), normed.dtype);
  for (const t of [normed, reshaped, pooled, scaled]) e.release(t);
  return result;
}

/** Qwen2-VL and 2.5: frequencies of rows and columns; with windows everything is put in their order. */
function beginQwen2(e: Engine, seeing: Seeing, pixels: Tensor): Begun {
  const { plan, model } = seeing;
  const input = to(e, pixels, model.plan.weights);
  const patched = patches(e, seeing, input, 'patch_embed.proj');
  seeing.open(patched);
  const tables = rotaryOf(e, plan);
  if (!plan.shape.window) return { hidden: patched, rotary: tables, held: [input] };
  const index = e.make(plan.patches / plan.shape.merged, 'i64', INDEX);
  const hidden = inOrder(e, patched, index);
  const rotary = { cos: inOrder(e, tables.cos, index), sin: inOrder(e, tables.sin, index) };
  for (const t of [patched, tables.cos, tables.sin]) e.release(t);
  return { hidden, rotary, held: [input, index] };
}

function inOrder(e: Engine, x: Tensor, index: Tensor): Tensor {
  const groups = reshaped(e, x);
  const out = takeRows(e, groups, index, x.elements / index.elements, ORDERED);
  e.release(groups);
  return out;
}

function rotaryOf(e: Engine, { patches: count, shape }: TowerPlan): { cos: Tensor; sin: Tensor } {
  const n = count * (shape.kinds[0]?.attention?.headDim ?? 0);
  const table = (size: number): Tensor => e.make(size, 'fp32', ROTARY);
  const frequencies = table(n / 2);
  const parts = [0, 1].map(() => {
    const raw = table(n / 2);
    const scaled = table(n / 2);
    e.release(raw);
    return scaled;
  });
  const [cos, sin] = parts.map((part) => {
    const half = table(n / 2);
    const whole = table(n);
    e.release(half);
    e.release(part);
    return whole;
  });
  e.release(frequencies);
  if (!cos || !sin) throw new Error('two tables');
  return { cos, sin };
}

/** The merger: four patches side by side, two linear layers; put back in the image's order where windows had another. */
function endQwen2(e: Engine, { model, tower, plan }: Seeing, last: Tensor): Tensor {
  const normed = towerNorm(e, last, normOf(tower.projector, 'merger.ln_q'), plan.shape.block);
  const merged = twoLinears(e, model, tower.projector, normed, ['merger.mlp.0', 'merger.mlp.2']);
  if (!plan.shape.window) return catOf(e, merged);
  const index = e.make(plan.patches / plan.shape.merged, 'i64', INDEX);
  const out = takeRows(e, merged, index, merged.elements / index.elements, ORDERED);
  e.release(merged);
  e.release(index);
  return catOf(e, out);
}

/** Qwen3-VL, whose class does not name its patch embedding for such hooks: each patch's position is made of four of the table's, weighed. */
function beginQwen3(e: Engine, seeing: Seeing, pixels: Tensor): Begun {
  const { plan, model, tower } = seeing;
  const input = to(e, pixels, model.plan.weights);
  const indices = e.make(plan.patches * TAPS, 'i64', POSITIONS);
  const weights = e.make(plan.patches * TAPS, 'fp32', POSITIONS);
  const patched = patches(e, seeing, input, 'patch_embed.proj');
  const taken = embedding(e, indices, tensorOf(tower.below, 'pos_embed'));
  const weighed = mul(e, temporary(taken), weights, 'row');
  const places = to(e, temporary(sumRows(e, temporary(weighed), patched.elements)), patched.dtype);
  const hidden = add(e, patched, temporary(places));
  e.release(patched);
  return { hidden, rotary: rotaryOf(e, plan), held: [input, indices, weights] };
}

function endQwen3(e: Engine, { model, tower, plan }: Seeing, last: Tensor): Tensor {
  const normed = towerNorm(e, last, normOf(tower.projector, 'merger.norm'), plan.shape.block);
  return catOf(e, twoLinears(e, model, tower.projector, normed, ['merger.linear_fc1', 'merger.linear_fc2']));
}

/** Mergers of their own on some blocks' outputs, which norm what is merged already. */
function deepQwen3(e: Engine, { model, tower, plan }: Seeing, output: Tensor, nth: number): Tensor {
  const path = `deepstack_merger_list.${nth}`;
  const normed = towerNorm(e, output, normOf(tower.above, `${path}.norm`), plan.shape.block);
  return catOf(e, twoLinears(e, model, tower.above, normed, [`${path}.linear_fc1`, `${path}.linear_fc2`]));
}

/** A temporary argument. */
function twoLinears(
  e: Engine,
  { plan }: Model,
  layer: Layer,
  x: Tensor,
  [first, second]: readonly [string, string],
): Tensor {
  const inner = project(e, plan, temporary(x), linearOf(layer, first));
  const activated = activate(e, temporary(inner), 'gelu');
  return project(e, plan, temporary(activated), linearOf(layer, second));
}

export const TOWER_ENDS: Readonly<Record<TowerProgramName, TowerEnds>> = {
  clip: { begin: beginClip, end: endLlava, skipsLast: true, firstTokens: 1, inPieces: false },
  siglip: { begin: beginSiglip, end: endGemma3, firstTokens: 0, inPieces: false },
  'qwen2-vision': { begin: beginQwen2, end: endQwen2, firstTokens: 0, inPieces: true },
  'qwen3-vision': { begin: beginQwen3, end: endQwen3, deep: deepQwen3, firstTokens: 0, inPieces: true },
};
