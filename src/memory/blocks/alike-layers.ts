// Layers that are alike do the same to memory. Of each kind the first that runs is recorded forwards and the last one backwards
// (whose backward comes first); all others are played.

import { runTape } from '../engine/backward.ts';
import type { Engine } from '../engine/engine.ts';
import { type Handle, type Op, parameterAt, play, Recorder, type Stage, tensorAt } from '../engine/recording.ts';
import { makeNode, type Node, type Parameter, type Tensor } from '../engine/tensor.ts';
import type { LayerPlan } from '../plan.ts';
import type { Layer } from './model.ts';

type Modules = Recorder['modules'];

interface Forward {
  readonly ops: readonly Op[];
  readonly modules: Modules;
  readonly out: Handle;
  readonly hasGraph: boolean;
  /** What autocast keeps of the layer's weights until it exits. */
  readonly casts: readonly { readonly parameter: number; readonly cast: Handle }[];
  /** What dies with the graph. */
  readonly held: readonly Handle[];
}
interface Backward {
  readonly ops: readonly Op[];
  readonly modules: Modules;
  readonly incoming: Handle;
  readonly outgoing: Handle | null;
}

interface Kind {
  readonly last: number;
  forward: Forward | null;
  backward: Backward | null;
}

/** How a layer is run on its input, and which other tensors it sees. */
export interface LayerRun {
  readonly run: (x: Tensor) => Tensor;
  readonly tables: readonly Tensor[];
}

/** Fewer are not worth it. */
const FEWEST = 4;

export class AlikeLayers {
  private readonly kinds: readonly (Kind | null)[];
  private readonly layers: readonly Layer[];

  constructor(layers: readonly Layer[]) {
    this.layers = layers;
    this.kinds = kindsOf(layers.map((l) => l.plan));
  }

  run(e: Engine, i: number, x: Tensor, { run, tables }: LayerRun): Tensor {
    const kind = this.kinds[i];
    const layer = this.layers[i];
    // Where no gradient goes, or a leaf collects it, is an end of the model.
    if (!kind || !layer || !x.node || x.node.parameter) return run(x);
    if (kind.forward && (kind.backward || i < kind.last)) {
      const slots = [x, ...tables].map((t) => t.storage);
      return playForward(e, kind, kind.forward, x.node, {
        slots,
        modules: [],
        parameters: parametersOf(layer),
        block: i,
      });
    }
    return record(e, kind, { x, run, tables, layer, isLast: i === kind.last });
  }
}

/** Layers are of one kind if they and their neighbours are alike: what is handed from layer to layer is alike then, too. */
function kindsOf(layers: readonly LayerPlan[]): (Kind | null)[] {
  const shapes = new Map<LayerPlan['shape'], number>();
  const plans = layers.map(({ shape, trainable, checkpointed }) => {
    const number = shapes.get(shape) ?? shapes.size;
    shapes.set(shape, number);
    return `${number}${trainable ? 't' : ''}${checkpointed ? 'c' : ''}`;
  });
  const names = plans.map((name, i) => `${plans[i - 1]} ${name} ${plans[i + 1]}`);
  const members = new Map<string, number[]>();
  names.forEach((name, i) => {
    members.set(name, [...(members.get(name) ?? []), i]);
  });
  const kinds = new Map(
    [...members].map(([name, all]) => [
      name,
      all.length < FEWEST ? null : { last: all.at(-1) ?? 0, forward: null, backward: null },
    ]),
  );
  return names.map((name) => kinds.get(name) ?? null);
}

/** In a fixed order. */
function parametersOf({ linears, norms, tensors, stacks = {} }: Layer): Parameter[] {
  const all: Parameter[] = [];
  for (const { weight, bias, lora } of Object.values(linears)) {
    all.push(weight);
    if (bias) all.push(bias);
    if (!lora) continue;
    all.push(lora.a, lora.b);
    if (lora.magnitude) all.push(lora.magnitude);
  }
  const adapters = Object.values(stacks).flatMap(({ a, b }) => [a, b]);
  return all.concat(adapters, Object.values(norms), Object.values(tensors));
}

interface Live extends LayerRun {
  readonly x: Tensor;
  readonly layer: Layer;
  readonly isLast: boolean;
}

function record(e: Engine, kind: Kind, { x, run, tables, layer, isLast }: Live): Tensor {
  const parameters = parametersOf(layer);
  const recorder = new Recorder(parameters);
  for (const t of [x, ...tables]) recorder.bind(t.storage);
  const { length } = e.tape;
  const graph = e.heldByGraph.length;
  const casts = e.castCache.size;
  e.recorder = recorder;
  const out = run(x);
  e.recorder = null;
  const forward: Forward = {
    out: recorder.handleOf(out),
    hasGraph: out.node !== null,
    casts: [...e.castCache]
      .slice(casts)
      .map(([p, cast]) => ({ parameter: parameters.indexOf(p), cast: recorder.handleOf(cast) })),
    held: e.heldByGraph.slice(graph).map((t) => recorder.handleOf(t)),
    ops: recorder.take(),
    modules: recorder.modules,
  };
  kind.forward ??= forward;
  if (isLast && out.node && x.node) recordBackward(e, kind, recorder, e.tape.splice(length), [out.node, x.node]);
  return out;
}

/** The layer's nodes wait in one that runs all of them. */
function recordBackward(
  e: Engine,
  kind: Kind,
  recorder: Recorder,
  nodes: readonly Node[],
  [top, below]: readonly [Node, Node],
): void {
  const run = (): void => {
    const { length } = e.tape;
    e.tape.push(...nodes);
    const { waiting } = top;
    if (waiting) recorder.bind(waiting.storage);
    const incoming = waiting && recorder.handleOf(waiting);
    e.recorder = recorder;
    runTape(e, length);
    e.recorder = null;
    if (!incoming) return;
    const outgoing = below.waiting && recorder.handleOf(below.waiting);
    kind.backward = { ops: recorder.take(), modules: recorder.modules, incoming, outgoing };
  };
  e.tape.push(makeNode(e.place, null, { run }));
}

function playForward(e: Engine, kind: Kind, forward: Forward, below: Node, stage: Stage): Tensor {
  play(e, forward.ops, forward.modules, stage);
  for (const { parameter, cast } of forward.casts)
    e.castCache.set(parameterAt(stage, parameter), tensorAt(stage, cast));
  for (const h of forward.held) e.heldByGraph.push(tensorAt(stage, h));
  const out = tensorAt(stage, forward.out);
  if (!forward.hasGraph) return out;
  const node = makeNode(e.place, null, { run: () => playBackward(e, kind, node, below, stage) });
  e.tape.push(node);
  out.node = node;
  return out;
}

function playBackward(e: Engine, kind: Kind, node: Node, below: Node, stage: Stage): void {
  const { backward } = kind;
  const { waiting } = node;
  if (!backward || !waiting || waiting.fresh !== backward.incoming.fresh)
    throw new Error('layers of one kind get their gradients in one way');
  node.waiting = null;
  if (node.place !== e.place) e.enter(node.place);
  stage.slots[backward.incoming.slot] = waiting.storage;
  play(e, backward.ops, backward.modules, stage);
  below.waiting = backward.outgoing && tensorAt(stage, backward.outgoing);
}
