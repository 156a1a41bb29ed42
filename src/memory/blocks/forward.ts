// A causal decoder’s forward: embedding, layers, final norm, head, loss (transformers, models/*/modeling_*.py, ForCausalLM).

import { type Engine, temporary } from '../engine/engine.ts';
import { makeInputLeaf } from '../engine/leaf.ts';
import { around, NO_PARAMETERS } from '../engine/module.ts';
import { label, PLACE } from '../engine/sink.ts';
import type { Parameter, Tensor } from '../engine/tensor.ts';
import { to } from '../ops/cast.ts';
import { cutCrossEntropy } from '../ops/cut-cross-entropy.ts';
import { ligerLinearCrossEntropy } from '../ops/liger.ts';
import { crossEntropy, fusedCrossEntropy, LOGITS_FP32, shiftLogits } from '../ops/loss.ts';
import { scale } from '../ops/pointwise.ts';
import { tiledHeadLoss } from '../ops/tiled-head.ts';
import type { Plan } from '../plan.ts';
import type { LayerShape } from '../shape.ts';
import type { Norm } from './attention.ts';
import { checkpoint, checkpointReentrant } from './checkpoint.ts';
import { chunkedLoss } from './chunked-loss.ts';
import type { Layer, Model } from './model.ts';
import { type Context, makeTables } from './tables.ts';
import { addFeatures, seeImages } from './vision.ts';

const LABELS = label('shifted labels', 'buffers');
const LEAF = label('input that requires a gradient', 'activations');

/** What reaches the model of one micro-batch. */
export interface Inputs {
  readonly ids: Tensor;
  /** A 4-D mask made by the collator. */
  readonly mask: Tensor | null;
  /** Images, cut into patches. */
  readonly pixels: Tensor | null;
  /** Collects the input of every layer (`output_hidden_states`). */
  readonly layerInputs?: Tensor[];
  /** The loop's variable is rebound: what it kept of the last micro-batch dies. */
  readonly modelReturned: () => void;
}

export interface Output {
  /** What leads to the graph: the loss, or what the caller makes one from. */
  readonly loss: Tensor;
  /** Handles of the output object: the caller decides how long it lives. */
  readonly held: readonly Tensor[];
  /** Leaves whose gradient dies after backward. */
  readonly leaves: readonly Parameter[];
}

/** What a model has made when its first layer begins. */
export interface Start<C> {
  readonly hidden: Tensor;
  /** What is handed to a layer. */
  readonly of: (layer: LayerShape) => C;
  /** Tensors of it that a checkpointed layer's closure holds. */
  readonly closure: (context: C) => readonly (Tensor | null)[];
  /** Locals of the model's forward: they die when it returns, after the final norm. */
  readonly held: readonly (Tensor | null)[];
}

/** A causal model, from its token table to its logits. */
export interface CausalModel<C> {
  readonly embed: (e: Engine, model: Model, ids: Tensor) => Tensor;
  /** `embedded` is the token table's output, a local of the model's forward. */
  readonly start: (e: Engine, model: Model, embedded: Tensor, inputs: Inputs) => Start<C>;
  readonly layer: (e: Engine, plan: Plan, x: Tensor, layer: Layer, context: C) => Tensor;
  /** From the last layer's output to the head's input. */
  readonly finish: (e: Engine, model: Model, x: Tensor) => Tensor;
  /** Takes `last` as a local: it stays alive. */
  readonly logits: (e: Engine, model: Model, last: Tensor) => Tensor;
}

/** What families with rotary tables write differently inside the same model. */
export interface Line extends Pick<CausalModel<Context>, 'embed' | 'layer' | 'logits'> {
  readonly norm: Norm;
}

/** What a model makes from the last layer's output, which it takes over. */
export type Ending = (
  e: Engine,
  model: Model,
  logitsOf: CausalModel<unknown>['logits'],
  last: Tensor,
  ids: Tensor,
) => Pick<Output, 'loss' | 'held'>;

export type Forward = (e: Engine, model: Model, inputs: Inputs, end?: Ending) => Output;

/** A causal decoder of one line of families. */
export const decoder = ({ norm, ...line }: Line): Forward =>
  causalModel({ ...line, start: withTables, finish: (e, model, x) => norm(e, model.plan, x, model.norm) });

/** Granite multiplies the embedding by a number, outside the module whose output may be told to require a gradient. */
function withTables(e: Engine, { plan }: Model, table: Tensor, inputs: Inputs): Start<Context> {
  const embedded = plan.model.traits?.scales?.embedding ? scale(e, temporary(table)) : table;
  const tables = makeTables(e, plan, inputs.mask, embedded.dtype);
  return {
    hidden: e.keep(embedded),
    of: tables.of,
    closure: (c) => [c.cos, c.sin, c.positions, c.mask],
    held: [embedded, ...tables.held],
  };
}

export const causalModel =
  <C>(line: CausalModel<C>): Forward =>
  (e, model, inputs, end = causalLoss) => {
    const { plan } = model;
    e.enter(PLACE.below);
    const tokens = line.embed(e, model, inputs.ids);
    const leaves: Parameter[] = [];
    if (plan.inputRequiresGrad && !tokens.node) leaves.push(requireGrad(e, tokens));
    const seen = inputs.pixels ? seeImages(e, model, tokens, inputs.pixels, leaves) : null;
    const embedded = seen?.embedded ?? tokens;
    const start = line.start(e, model, embedded, inputs);
    const hidden = runLayers(e, model, line, start, leaves, {
      layerInputs: inputs.layerInputs,
      deep: seen?.deep ?? [],
    });
    e.enter(PLACE.above);
    const last = line.finish(e, model, hidden);
    e.release(hidden);
    for (const t of start.held) e.release(t);
    seen?.forget();
    return { ...end(e, model, line.logits, last, inputs.ids), leaves };
  };

/** `x.requires_grad_()`: a leaf, which its AccumulateGrad node holds as long as the graph lives. */
function requireGrad(e: Engine, x: Tensor): Parameter {
  const leaf = makeInputLeaf(e, x, LEAF);
  e.heldByGraph.push(e.keep(x));
  return leaf;
}

function runLayers<C>(
  e: Engine,
  model: Model,
  line: CausalModel<C>,
  start: Start<C>,
  leaves: Parameter[],
  beside: { readonly layerInputs: Tensor[] | undefined; readonly deep: readonly Tensor[] },
): Tensor {
  const { plan } = model;
  let { hidden } = start;
  model.layers.forEach((layer, i) => {
    e.enter(i);
    const context = start.of(layer.plan.shape);
    const closure = start.closure(context).filter((t) => t !== null);
    const run = (x: Tensor): Tensor =>
      around(e, NO_PARAMETERS, x, (input) => line.layer(e, plan, input, layer, context), i);
    const saving = layer.plan.checkpointed ? plan.checkpointing : 'none';
    if (saving !== 'none' && plan.blockInputRequiresGrad && !hidden.node) leaves.push(requireGrad(e, hidden));
    const save = saving === 'full' ? checkpoint : checkpointReentrant;
    const saved = (x: Tensor): Tensor => save(e, { run, closure, offload: plan.offloadsCheckpoints }, x);
    const out = model.alike.run(e, i, hidden, { run: saving === 'none' ? run : saved, tables: closure });
    if (beside.layerInputs) beside.layerInputs.push(hidden);
    else e.release(hidden);
    const features = beside.deep[i];
    hidden = features ? addFeatures(e, plan.model, out, features) : out;
  });
  return hidden;
}

/** The head and ForCausalLMLoss (transformers, loss/loss_utils.py), by version. */
export function causalLoss(
  e: Engine,
  model: Model,
  logitsOf: CausalModel<unknown>['logits'],
  last: Tensor,
  ids: Tensor,
): Pick<Output, 'loss' | 'held'> {
  const { plan } = model;
  if (plan.chunk) return chunkedLoss(e, model, last, plan.chunk);
  if (plan.loss === 'cut') {
    const labels = e.make(plan.batch * plan.tokens, 'i64', LABELS);
    const loss = cutCrossEntropy(e, last, model.head, labels);
    e.release(labels);
    e.release(last);
    return { loss, held: [] };
  }
  if (plan.loss === 'tiled') {
    const loss = tiledHeadLoss(e, last, model.head, plan);
    e.release(last);
    return { loss, held: [] };
  }
  if (plan.loss === 'liger') {
    const labels = e.make(plan.batch * plan.tokens, 'i64', LABELS);
    const loss = ligerLinearCrossEntropy(e, last, model.head, labels);
    e.release(labels);
    e.release(last);
    return { loss, held: [] };
  }
  const logits = logitsOf(e, model, last);
  if (plan.loss === 'raw') {
    e.release(last);
    return { loss: crossEntropy(e, logits, ids), held: [logits] };
  }
  if (plan.loss === 'outside' || plan.loss === 'outside-16-bit') {
    e.release(last);
    return lossOutside(e, plan, logits);
  }
  const result = plan.loss === 'shifted' ? lossShifted(e, plan, logits) : lossInside(e, plan, logits);
  e.release(last);
  return { loss: result, held: [logits] };
}

const lossKernel = (e: Engine, plan: Plan, logits: Tensor, labels: Tensor): Tensor =>
  plan.fusedLoss ? fusedCrossEntropy(e, logits, labels, labels.elements) : crossEntropy(e, logits, labels);

/** From 4.49 on: labels are shifted (padded by one, then sliced), logits only become fp32. */
function lossInside(e: Engine, plan: Plan, logits: Tensor): Tensor {
  const upcast = to(e, logits, 'fp32', LOGITS_FP32);
  const padded = e.make(plan.batch * (plan.tokens + 1), 'i64', LABELS);
  const labels = e.make(plan.batch * plan.tokens, 'i64', LABELS);
  const loss = lossKernel(e, plan, upcast, labels);
  for (const t of [upcast, padded, labels]) e.release(t);
  return loss;
}

/** 4.46 to 4.48: the same function still copied shifted logits. */
function lossShifted(e: Engine, plan: Plan, logits: Tensor): Tensor {
  const upcast = to(e, logits, 'fp32', LOGITS_FP32);
  const shifted = shiftLogits(e, upcast, plan.batch, plan.tokens);
  const labels = e.make(plan.batch * (plan.tokens - 1), 'i64', LABELS);
  const loss = lossKernel(e, plan, shifted, labels);
  for (const t of [shifted, upcast, labels]) e.release(t);
  return loss;
}

/** Before 4.46: fp32 logits are the output (of the oldest families 16-bit ones), and the loss copies them shifted. */
function lossOutside(e: Engine, plan: Plan, logits: Tensor): Pick<Output, 'loss' | 'held'> {
  const upcast = plan.loss === 'outside' ? to(e, logits, 'fp32', LOGITS_FP32) : e.keep(logits);
  e.release(logits);
  const shifted = shiftLogits(e, upcast, plan.batch, plan.tokens);
  const labels = e.make(plan.batch * (plan.tokens - 1), 'i64', LABELS);
  const loss = lossKernel(e, plan, shifted, labels);
  for (const t of [shifted, labels]) e.release(t);
  return { loss, held: [upcast] };
}
