// Images in a language model's forward: the tower runs on their pixels, and its features take the place of token embeddings
// (transformers, the forward of *ForConditionalGeneration's models).

import { dropNodes } from '../engine/backward.ts';
import { type Engine, temporary } from '../engine/engine.ts';
import { makeInputLeaf } from '../engine/leaf.ts';
import { label } from '../engine/sink.ts';
import type { Node, Parameter, Tensor } from '../engine/tensor.ts';
import { putRows, takeRows } from '../ops/gather.ts';
import { maskedScatter } from '../ops/masked-scatter.ts';
import { add, clone } from '../ops/pointwise.ts';
import type { ModelShape } from '../shape.ts';
import type { TowerPlan } from '../tower-plan.ts';
import { checkpoint, checkpointReentrant } from './checkpoint.ts';
import type { Layer, Model, Tower } from './model.ts';
import { type TowerContext, towerBlock } from './tower.ts';
import { type Seeing, TOWER_ENDS, type TowerEnds } from './tower-ends.ts';

const MASK = label('which tokens are an image’s', 'buffers');
const DEEP = label('hidden states with features of an image', 'activations');
/** Row and column of each image token. */
const COORDINATES = 2;
const LEAF = label('patches that require a gradient', 'activations');

/** What the model's forward holds until it returns; `forget` is called then. */
export interface Seen {
  readonly embedded: Tensor;
  /** Features for the first layers of the language model. */
  readonly deep: readonly Tensor[];
  readonly forget: () => void;
}

/** `embedded` is taken over. */
export function seeImages(e: Engine, model: Model, embedded: Tensor, pixels: Tensor, leaves: Parameter[]): Seen {
  const { tower, plan } = model;
  if (!tower || !plan.tower) throw new Error('pixels need a tower');
  const { features, deep, last, forgotten } = runTower(e, model, tower, plan.tower, pixels, leaves);
  const mask = e.make(plan.batch * plan.tokens, 'u8', MASK);
  const out = maskedScatter(e, embedded, mask, features);
  e.release(embedded);
  const forget = (): void => {
    for (const t of [features, ...deep, last, mask]) e.release(t);
    dropNodes(e, forgotten);
  };
  return { embedded: out, deep, forget };
}

/** Qwen3-VL's _deepstack_process: a copy of the hidden states, in which the images' rows get features added. Taken over. */
export function addFeatures(e: Engine, { hidden: width }: ModelShape, hidden: Tensor, features: Tensor): Tensor {
  const copy = clone(e, temporary(hidden), DEEP);
  const rows = e.make((features.elements / width) * COORDINATES, 'i64', MASK);
  const taken = takeRows(e, copy, { ...e.keep(rows), elements: features.elements / width }, width, DEEP);
  const sum = add(e, temporary(taken), features);
  const out = putRows(e, copy, sum, rows);
  for (const t of [sum, rows, rows]) e.release(t);
  return out;
}

interface Vision {
  readonly features: Tensor;
  readonly deep: readonly Tensor[];
  /** The tower's own output, which stands in the object that the model's forward keeps. */
  readonly last: Tensor;
  /** Of a block whose output nobody uses: alive as long as that object. */
  readonly forgotten: readonly Node[];
}

function runTower(e: Engine, model: Model, tower: Tower, plan: TowerPlan, pixels: Tensor, leaves: Parameter[]): Vision {
  const ends = TOWER_ENDS[plan.shape.program];
  const open = (x: Tensor): void => {
    if (!model.plan.inputRequiresGrad || x.node) return;
    leaves.push(makeInputLeaf(e, x, LEAF));
    e.heldByGraph.push(e.keep(x));
  };
  const seeing: Seeing = { model, tower, plan, open };
  const { hidden: first, rotary, held } = ends.begin(e, seeing, pixels);
  const contextAt = (i: number): TowerContext => ({ block: plan.shape.block, rotary, ...attendedAt(plan, i, ends) });
  let hidden = first;
  let selected: Tensor | null = null;
  let unused = e.tape.length;
  const deep: Tensor[] = [];
  tower.blocks.forEach((layer, i) => {
    if (ends.skipsLast && i === tower.blocks.length - 1) {
      selected = e.keep(hidden);
      unused = e.tape.length;
    }
    const out = throughBlock(e, model, layer, contextAt(i), hidden);
    e.release(hidden);
    hidden = out;
    if (ends.deep && plan.shape.deepstack?.includes(i)) deep.push(ends.deep(e, seeing, out, deep.length));
  });
  const forgotten = selected ? e.tape.splice(unused) : [];
  const features = ends.end(e, seeing, selected ?? hidden);
  for (const t of [selected, ...held, rotary?.cos, rotary?.sin]) e.release(t);
  return { features, deep, last: hidden, forgotten };
}

/** Which patches attention sees together. */
function attendedAt(
  { shape, images, patches }: TowerPlan,
  block: number,
  { firstTokens, inPieces }: TowerEnds,
): Pick<TowerContext, 'calls' | 'inPieces'> {
  const each = patches / images + firstTokens;
  if (!inPieces) return { inPieces, calls: [{ rows: images, patches: each }] };
  const { window } = shape;
  return { inPieces, calls: callsOf(patches, window && !window.everywhere.includes(block) ? window.patches : each) };
}

/** Windows beyond this many are seen several at a time: a call takes the same for rows as for a piece each, scratch aside. */
const MOST_CALLS = 16;
function callsOf(patches: number, size: number): TowerContext['calls'] {
  const whole = Math.floor(patches / size);
  const rows = Math.max(1, Math.ceil(whole / MOST_CALLS));
  const full = Array.from({ length: Math.floor(whole / rows) }, () => ({ rows, patches: size }));
  const [first, ...rest] = [
    ...full,
    { rows: whole % rows, patches: size },
    { rows: 1, patches: patches - whole * size },
  ].filter((seen) => seen.rows * seen.patches > 0);
  if (!first) throw new Error('a tower sees at least one patch');
  return [first, ...rest];
}

function throughBlock(e: Engine, { plan }: Model, layer: Layer, context: TowerContext, x: Tensor): Tensor {
  const run = (input: Tensor): Tensor => towerBlock(e, plan, input, layer, context);
  const saving = layer.plan.checkpointed ? plan.checkpointing : 'none';
  if (saving === 'none') return run(x);
  const closure = context.rotary ? [context.rotary.cos, context.rotary.sin] : [];
  const around = saving === 'full' ? checkpoint : checkpointReentrant;
  return around(e, { run, closure, offload: false }, x);
}
