// Autograd with numbers, backward half: nodes in descending order of creation, each freeing what it saved when it has run
// (torch/csrc/autograd/engine.cpp, torch/utils/checkpoint.py).

import type { Tensor } from '../tf.ts';
import { type Frame, type Graph, type Node, type Parameter, Recomputed, type Value } from './graph.ts';

export function backward(graph: Graph, root: Value): void {
  if (root.node) root.node.waiting = graph.make((tf) => tf.onesLike(root.tensor));
  for (let node = graph.tape.pop(); node; node = graph.tape.pop()) {
    if (node.waiting) evaluate(graph, node, node.waiting);
    else dropSaved(graph, node);
  }
}

function evaluate(graph: Graph, node: Node, gradient: Value): void {
  node.waiting = null;
  graph.enter(node.place);
  const [saved, unpacked] = unpack(graph, node);
  const wanted = node.inputs.map((input) => input && (input.parameter ? 'gradients' : 'temporaries'));
  const gradients = node.backward(gradient, saved, wanted);
  for (const value of unpacked) graph.release(value);
  const reduced = gradients.map((g, i) => g && node.inputs[i] && sumTo(graph, g, node, i));
  graph.release(gradient);
  dropSaved(graph, node);
  reduced.forEach((g, i) => {
    const input = node.inputs[i];
    if (g && input) send(graph, input, g);
  });
}

/** Saved tensors, and those of a recomputed block: the node's function takes these over (unpack_hook pops them). */
function unpack(graph: Graph, node: Node): readonly [(Tensor | null)[], Value[]] {
  const unpacked: Value[] = [];
  const saved = node.slots.map((slot) => {
    if (!slot) return null;
    if (!slot.frame) return slot.value?.tensor ?? null;
    const tensors = slot.frame.recomputed ?? recompute(graph, slot.frame);
    const value = tensors[slot.index];
    if (!value) throw new Error('a checkpointed block saves the same tensors in both runs');
    tensors[slot.index] = null;
    unpacked.push(value);
    return value.tensor;
  });
  return [saved, unpacked];
}

/** The first saved tensor that is asked for runs the block again, up to its last save. */
function recompute(graph: Graph, frame: Frame): (Value | null)[] {
  const tensors: (Value | null)[] = [];
  const { frame: outer, grad } = graph;
  const taken: Graph['taken'] = new Map();
  frame.recomputed = tensors;
  Object.assign(graph, { frame: null, recomputing: frame, grad: true, taken });
  try {
    frame.again();
  } catch (error) {
    if (!(error instanceof Recomputed)) throw error;
  }
  Object.assign(graph, { frame: outer, recomputing: null, grad, taken: null });
  // The run ended in its middle: its locals die with it, what it saved stays.
  for (const value of tensors) if (value) taken.set(value.held, (taken.get(value.held) ?? 0) - 1);
  for (const [held, references] of taken) graph.giveBack(held, references);
  return tensors;
}

/** validate_outputs: a gradient is summed over the dimensions along which its input was broadcast. */
function sumTo(graph: Graph, gradient: Value, node: Node, i: number): Value {
  const shape = node.shapes[i] ?? [];
  if (sameShape(gradient.shape, shape)) return gradient;
  const lead = gradient.shape.length - shape.length;
  const axes = gradient.shape.flatMap((n, axis) =>
    axis < lead || (shape[axis - lead] === 1 && n !== 1) ? [axis] : [],
  );
  const term = node.inputs[i]?.parameter ? 'gradients' : 'temporaries';
  const sum = graph.make((tf) => tf.reshape(tf.sum(gradient.tensor, axes), [...shape]), term);
  graph.release(gradient);
  return sum;
}

const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((n, i) => n === b[i]);

function dropSaved(graph: Graph, node: Node): void {
  for (const slot of node.slots) {
    if (!slot) continue;
    graph.release(slot.value);
    slot.value = null;
    const { frame } = slot;
    if (!frame || ++frame.dropped < frame.saves) continue;
    for (const value of frame.recomputed ?? []) graph.release(value);
    frame.recomputed = null;
    frame.end();
  }
}

function send(graph: Graph, to: Node, gradient: Value): void {
  const { waiting } = to;
  if (waiting) to.waiting = added(graph, waiting, gradient, to.parameter);
  else to.waiting = gradient;
  if (to.parameter) accumulate(graph, to, to.parameter);
}

/** InputBuffer: in place if the waiting gradient is nobody else's and no view, else a third tensor. */
function added(graph: Graph, waiting: Value, gradient: Value, parameter: Parameter | null): Value {
  const term = parameter ? 'gradients' : 'temporaries';
  const sum = (): Tensor => graph.tf.add(waiting.tensor, gradient.tensor);
  if (waiting.fresh && waiting.held.references === 1) {
    graph.replace(waiting, sum, term);
    graph.release(gradient);
    return waiting;
  }
  const third = graph.make(sum, term);
  graph.release(waiting);
  graph.release(gradient);
  return third;
}

/** AccumulateGrad: runs when every use has reported, keeps the first gradient and adds later ones in place. */
function accumulate(graph: Graph, node: Node, parameter: Parameter): void {
  if (++parameter.arrived < parameter.uses) return;
  const gradient = node.waiting;
  node.waiting = null;
  parameter.arrived = 0;
  parameter.uses = 0;
  if (!gradient) return;
  const { gradient: before } = parameter;
  if (before) {
    graph.replace(before, (tf) => tf.add(before.tensor, gradient.tensor), 'gradients');
    graph.release(gradient);
    return;
  }
  graph.buffers.rename(gradient.tensor.dataId, 'gradients');
  parameter.gradient = gradient;
}
