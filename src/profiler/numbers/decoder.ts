// A causal decoder's step with numbers: embedding, layers (checkpointed or not), final norm, head, loss.

import type { Plan } from '../../memory/plan.ts';
import { placeOfLayer } from '../measured.ts';
import { causalMask } from './attention.ts';
import { checkpoint } from './checkpoint.ts';
import type { Graph, Value } from './graph.ts';
import { embedding, type LoraSettings } from './linear.ts';
import { crossEntropy } from './loss.ts';
import type { Layer, Model } from './model.ts';
import { makeRotary, type RotaryTables } from './rotary.ts';

/** What every layer of one forward pass sees. */
export interface Step {
  readonly graph: Graph;
  readonly plan: Plan;
  readonly lora: LoraSettings;
  readonly rotary: RotaryTables | null;
  /** Only where attention is written out. */
  readonly mask: Value | null;
}

export interface Decoder {
  /** From the token table's output to the first layer's input, with what layers share; `embedded` is taken over. */
  readonly start: (graph: Graph, model: Model, embedded: Value) => Start;
  readonly layer: (step: Step, x: Value, layer: Layer) => Value;
  readonly finish: (graph: Graph, model: Model, x: Value) => Value;
  readonly logits: (graph: Graph, model: Model, last: Value) => Value;
}
export interface Start {
  readonly hidden: Value;
  readonly rotary: RotaryTables | null;
  readonly mask: Value | null;
  /** Locals of the model's forward: they die when it returns. */
  readonly held: readonly Value[];
}

/** Rotary tables, and a mask where attention is written out. `scaled`: what a family does to the embedding first. */
export const withRotary =
  (scaled: (graph: Graph, embedded: Value, model: Model) => Value): Decoder['start'] =>
  (graph, model, table) => {
    const { plan } = model;
    const embedded = scaled(graph, table, model);
    const mask = maskOf(graph, plan);
    const dims = plan.layers[0]?.shape.attention;
    const rotary = makeRotary(graph, plan.tokens, dims?.headDim ?? 0);
    const held = [embedded, rotary.cos, rotary.sin, ...(mask ? [mask] : [])];
    return { hidden: graph.keep(embedded), rotary, mask, held };
  };

/** A row of zeros and large negative numbers for every row of the batch (eager_mask). */
export function maskOf(graph: Graph, { attention, batch, tokens }: Plan): Value | null {
  if (attention !== 'eager') return null;
  return graph.make((tf) => tf.tile(causalMask(tf, tokens), [batch, 1, 1, 1]), 'activations');
}

/** The loss of one micro-batch, and the logits that the output object holds until backward has run. */
export function forward(
  graph: Graph,
  decoder: Decoder,
  model: Model,
  batch: { readonly ids: Value; readonly targets: Value },
  lora: LoraSettings,
): readonly [loss: Value, logits: Value] {
  const { plan } = model;
  graph.enter('below');
  const embedded = embedding(graph, batch.ids, model.embedding);
  if (plan.inputRequiresGrad && !embedded.node) requireGradient(graph, embedded);
  const start = decoder.start(graph, model, embedded);
  const step: Step = { graph, plan, lora, rotary: start.rotary, mask: start.mask };
  let { hidden } = start;
  for (const [i, layer] of model.layers.entries()) {
    graph.enter(placeOfLayer(i, model.layers.length));
    const run = (x: Value): Value => decoder.layer(step, x, layer);
    const closure = [start.rotary?.cos, start.rotary?.sin, start.mask].filter((v) => v !== null && v !== undefined);
    const out = layer.plan.checkpointed ? checkpoint(graph, run, hidden, closure) : run(hidden);
    graph.release(hidden);
    hidden = out;
  }
  graph.enter('above');
  const last = decoder.finish(graph, model, hidden);
  graph.release(hidden);
  for (const value of start.held) graph.release(value);
  const logits = decoder.logits(graph, model, last);
  const loss = crossEntropy(graph, logits, batch.targets);
  graph.release(last);
  return [loss, logits];
}

/** `output.requires_grad_(True)` on a frozen embedding: a leaf, whose gradient nobody reads. */
function requireGradient(graph: Graph, x: Value): void {
  x.node = {
    inputs: [],
    shapes: [],
    slots: [],
    backward: () => [],
    parameter: null,
    place: graph.place,
    waiting: null,
  };
  graph.tape.push(x.node);
}
