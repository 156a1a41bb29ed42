// Autograd without numbers, backward half: the rules of torch/csrc/autograd/engine.cpp.

import type { Engine } from './engine.ts';
import { label } from './sink.ts';
import type { Frame, Node, Parameter, Tensor } from './tensor.ts';

const GRADIENT_CAST = label('gradient in the input’s type', 'temporaries');
const PARAMETER_GRADIENT_CAST = label('gradient in the parameter’s type', 'gradients');
const SUM = label('sum of two gradients', 'temporaries');
const PARAMETER_SUM = label('sum of two gradients of a parameter', 'gradients');

export function backward(engine: Engine, root: Tensor, seed: Tensor): void {
  if (root.node) root.node.waiting = seed;
  else engine.release(seed); // nothing is trained
  engine.place = Number.NaN; // whichever node comes first announces its place
  runTape(engine, 0);
}

/** Nodes run in descending order of creation: what the engine's priority queue does. */
export function runTape(engine: Engine, from: number): void {
  while (engine.tape.length > from) {
    const node = engine.tape.pop();
    if (!node) return;
    if (node.run) node.run();
    else if (isReached(node)) evaluate(engine, node);
    else dropSaved(engine, node);
  }
}

/** A part of the graph dies without ever running. */
export function forgetNodes(engine: Engine, from: number, to: number): void {
  for (const node of engine.tape.splice(from, to - from).reverse()) {
    for (const input of node.inputs) if (input?.parameter) input.parameter.uses--;
    dropSaved(engine, node);
  }
}

const isReached = (node: Node): boolean => node.waiting !== null || (node.ports?.some((p) => p.waiting) ?? false);

/** What waits at the results of a node beyond a single one, taken from it. */
function takeWaiting(ports: readonly Node[]): Tensor[] {
  return ports.flatMap((port) => take(port) ?? []);
}

function take(node: Node): Tensor | null {
  const { waiting } = node;
  node.waiting = null;
  return waiting;
}

const NONE: readonly Tensor[] = [];

function evaluate(engine: Engine, node: Node): void {
  const incoming = node.ports ? takeWaiting(node.ports) : NONE;
  const gradient = node.ports ? incoming[0] : take(node);
  if (!gradient || !node.backward) return;
  if (node.place !== engine.place) engine.enter(node.place);
  const unpacked = unpackSaved(engine, node);
  const out = [
    ...node.backward(
      engine,
      gradient,
      node.inputs.map((input) => input !== null),
      node,
    ),
  ];
  // Recomputed tensors are locals of the node's function; saved ones are freed only after validate_outputs.
  for (const t of unpacked) engine.release(t);
  validateAll(engine, node, out);
  if (incoming === NONE) engine.release(gradient);
  for (const g of incoming) engine.release(g);
  dropSaved(engine, node);
  for (let i = 0; i < out.length; i++) {
    const g = out[i];
    const input = node.inputs[i];
    if (g && input) send(engine, input, g);
    else engine.release(g);
  }
}

function validateAll(engine: Engine, node: Node, out: (Tensor | null)[]): void {
  for (let i = 0; i < out.length; i++) {
    const g = out[i];
    if (g && node.inputs[i]) out[i] = validate(engine, node, g, i);
  }
}

/** The first saved tensor of a checkpointed block that is asked for re-runs the whole block. */
function unpackSaved(engine: Engine, node: Node): readonly Tensor[] {
  if (!node.saved.some((slot) => slot.frame)) return NONE;
  const unpacked: Tensor[] = [];
  for (const slot of node.saved) {
    if (!slot.frame) continue;
    const tensors = slot.frame.recomputed ?? recompute(engine, slot.frame);
    const t = tensors[slot.index];
    if (t) unpacked.push(t);
  }
  return unpacked;
}

function recompute(engine: Engine, frame: Frame): (Tensor | null)[] {
  const tensors: (Tensor | null)[] = [];
  frame.recomputed = tensors;
  const { frame: outer, grad } = engine;
  engine.frame = null;
  engine.recomputing = frame;
  engine.grad = true;
  engine.stopped = false;
  const graph = engine.heldByGraph.length;
  frame.run();
  engine.dropGraph(graph);
  engine.stopped = false;
  engine.recomputing = null;
  engine.frame = outer;
  engine.grad = grad;
  return tensors;
}

/** validate_outputs: a gradient is reduced to its input's shape and cast to its type, before the incoming one dies. */
function validate(engine: Engine, node: Node, gradient: Tensor, i: number): Tensor {
  let g = gradient;
  if (node.reduce) {
    const reduced = node.reduce(engine, g, i);
    if (reduced !== g) engine.release(g);
    g = reduced;
  }
  const dtype = node.inputTypes[i];
  if (dtype === undefined || g.dtype === dtype) return g;
  const cast = engine.make(g.elements, dtype, node.inputs[i]?.parameter ? PARAMETER_GRADIENT_CAST : GRADIENT_CAST);
  engine.release(g);
  return cast;
}

function dropSaved(engine: Engine, node: Node): void {
  for (const slot of node.saved) {
    engine.release(slot.tensor);
    slot.tensor = null;
    const frame = slot.frame;
    if (!frame || ++frame.dropped < frame.saves) continue;
    for (const t of frame.held) engine.release(t);
    frame.recomputed = null;
  }
}

/** Nodes that nothing leads to die with the last handle on their results. */
export function dropNodes(engine: Engine, nodes: readonly Node[]): void {
  for (const node of nodes) dropSaved(engine, node);
}

/** InputBuffer: in place if the waiting gradient is nobody else's and no view, else a third tensor. */
function send(engine: Engine, to: Node, gradient: Tensor): void {
  const waiting = to.waiting;
  if (!waiting) to.waiting = gradient;
  else if (waiting.fresh && waiting.storage.references === 1) engine.release(gradient);
  else {
    to.waiting = engine.make(waiting.elements, waiting.dtype, to.parameter ? PARAMETER_SUM : SUM);
    engine.release(waiting);
    engine.release(gradient);
  }
  if (to.parameter) accumulate(engine, to, to.parameter);
}

/** AccumulateGrad runs when every use has reported. */
function accumulate(engine: Engine, node: Node, parameter: Parameter): void {
  if (++parameter.arrived < parameter.uses) return;
  const gradient = node.waiting;
  node.waiting = null;
  parameter.arrived = 0;
  parameter.uses = 0;
  if (!gradient) return;
  if (engine.recorder?.gradient(parameter, gradient))
    engine.unrecorded(() => takeGradient(engine, parameter, gradient));
  else takeGradient(engine, parameter, gradient);
}

/** It steals the first gradient and adds later ones in place. */
export function takeGradient(engine: Engine, parameter: Parameter, gradient: Tensor): void {
  if (parameter.grad) engine.release(gradient);
  else parameter.grad = gradient;
  engine.onGradient?.(parameter);
}
