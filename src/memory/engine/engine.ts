// Autograd without numbers, forward half: storages with reference counts, handles, and the recording of nodes.
// Nothing here knows a model, an operation or a counter. The rules are PyTorch's (torch/csrc/autograd, torch/utils/checkpoint.py).

import type { Card } from '../card.ts';
import type { Autocast } from '../run.ts';
import type { ModuleHooks } from './module.ts';
import type { Recorder } from './recording.ts';
import { type Label, label, PLACE, type Sink } from './sink.ts';
import {
  type Backward,
  ELEMENT_SIZE,
  type ElementType,
  type Frame,
  makeNode,
  type Node,
  type Parameter,
  type Reduce,
  type Slot,
  type Storage,
  type Tensor,
} from './tensor.ts';

/** A stopped recomputation runs nothing any more: its allocations have no storage. */
const NOWHERE = -1;
const SCRATCH = label('scratch', 'temporaries');

export class Engine {
  readonly tape: Node[] = [];
  /** Handles that only die with the graph, when the loss is deleted. */
  readonly heldByGraph: Tensor[] = [];
  grad = true;
  autocast: Exclude<Autocast, 'none'> | null = null;
  castCache = new Map<Parameter, Tensor>();
  /** The checkpointed call whose forward runs now, and the one that is being recomputed. */
  frame: Frame | null = null;
  recomputing: Frame | null = null;
  stopped = false;
  /** A hook that runs as soon as a parameter has its gradient (register_post_accumulate_grad_hook). */
  onGradient: ((p: Parameter) => unknown) | null = null;
  /** Hooks on every module, where weights are gathered on demand. */
  modules: ModuleHooks | null = null;
  /** Listens to what happens to storages, where that will be played again. */
  recorder: Recorder | null = null;
  place: number = PLACE.model;
  readonly sink: Sink;
  readonly card: Card;

  constructor(sink: Sink, card: Card) {
    this.sink = sink;
    this.card = card;
  }

  enter(place: number): void {
    this.place = place;
    this.sink.enter(place);
  }

  make(elements: number, dtype: ElementType, what: Label): Tensor {
    const bytes = elements * ELEMENT_SIZE[dtype];
    const storage = { id: this.stopped ? NOWHERE : this.sink.alloc(bytes, what), references: 1 };
    if (this.recorder && !this.stopped) this.recorder.make(storage, bytes, what);
    return { storage, elements, dtype, node: null, fresh: true, temporary: false };
  }

  /** A tensor without memory: a weight that lies elsewhere, in parts. */
  hollow(elements: number, dtype: ElementType): Tensor {
    return { storage: { id: NOWHERE, references: 1 }, elements, dtype, node: null, fresh: true, temporary: false };
  }

  /** Another handle on the same storage. */
  keep(t: Tensor): Tensor {
    t.storage.references++;
    if (this.recorder) this.recorder.keep(t.storage);
    return { storage: t.storage, elements: t.elements, dtype: t.dtype, node: t.node, fresh: t.fresh, temporary: false };
  }

  /** The same storage seen as another result: without a gradient function until one is recorded. */
  view(t: Tensor): Tensor {
    const v = this.keep(t);
    v.node = null;
    return v;
  }

  release(t: Tensor | null | undefined): void {
    if (!t) return;
    if (this.recorder) this.recorder.release(t.storage);
    this.letGo(t.storage);
  }

  letGo(storage: Storage): void {
    if (--storage.references === 0 && storage.id !== NOWHERE) this.sink.free(storage.id);
  }

  /** What a hook does depends on more than the code around it: it is no part of a recording. */
  unrecorded(hook: () => void): void {
    const { recorder } = this;
    this.recorder = null;
    hook();
    this.recorder = recorder;
  }

  /** Memory a kernel takes and gives back. */
  scratch(bytes: number, what: Label = SCRATCH): void {
    if (bytes > 0) this.release(this.make(bytes, 'u8', what));
  }

  needsGrad(t: Tensor): boolean {
    return this.grad && t.node !== null;
  }

  /**
   * Saves a tensor for backward. Inputs are saved before the output is allocated and outputs after it, as in PyTorch's
   * generated code: it decides where a recomputation may stop (torch/utils/checkpoint.py, early stop at the last save).
   */
  save(slots: Slot[], t: Tensor | null): void {
    if (this.recomputing) this.saveRecomputed(this.recomputing, t);
    else if (this.frame) slots.push({ tensor: null, frame: this.frame, index: this.frame.saves++ });
    else slots.push({ tensor: t && this.keep(t), frame: null, index: 0 });
  }

  /**
   * Saves for a node that nothing leads to: held by the returned handle until the caller's locals die. A checkpointed block
   * counts it among its saves, and finds its holder gone when it recomputes (torch/utils/checkpoint.py, weak_holders).
   */
  saveForgotten(t: Tensor): Tensor | null {
    if (this.recomputing) {
      const handle = this.keep(t);
      this.saveRecomputed(this.recomputing, null);
      return handle;
    }
    if (!this.frame) return this.grad ? this.keep(t) : null;
    this.frame.saves++;
    this.frame.dropped++;
    return null;
  }

  /** An attribute of a node's Python object, no saved tensor: hooks do not see it, and it dies with the graph. */
  attach(t: Tensor): void {
    if (this.grad) this.heldByGraph.push(this.keep(t));
  }

  /** A nested graph dies: the one of a recomputation, or of a nested backward. */
  dropGraph(from: number): void {
    for (const t of this.heldByGraph.splice(from)) this.release(t);
  }

  private saveRecomputed(frame: Frame, t: Tensor | null): void {
    if (this.stopped || !frame.recomputed) return;
    frame.recomputed.push(t && this.keep(t));
    if (frame.recomputed.length === frame.saves) this.stopped = true;
  }

  /** Makes `out` the result of a node over `inputs`, if any of them needs a gradient, and frees temporaries among them. */
  record(
    out: Tensor,
    inputs: readonly Tensor[],
    saved: readonly Slot[],
    backward: Backward,
    reduce: Reduce | null = null,
  ): Tensor {
    if (this.grad && inputs.some((t) => t.node)) {
      const nodes = inputs.map((t) => t.node);
      const inputTypes = inputs.map((t) => t.dtype);
      const node = makeNode(this.place, backward, { inputs: nodes, inputTypes, saved, reduce });
      if (!this.recomputing) this.push(node);
      out.node = node;
    }
    return this.settle(out, inputs);
  }

  /** One node over `inputs` with several results: their gradients meet before it runs. */
  recordMany(outs: readonly Tensor[], inputs: readonly Tensor[], saved: readonly Slot[], backward: Backward): void {
    if (!this.grad || !inputs.some((t) => t.node)) return;
    const nodes = inputs.map((t) => t.node);
    const inputTypes = inputs.map((t) => t.dtype);
    const ports = outs.map(() => makeNode(this.place, null));
    const node = makeNode(this.place, backward, { inputs: nodes, inputTypes, saved, ports });
    if (!this.recomputing) this.push(node);
    outs.forEach((out, i) => {
      out.node = ports[i] ?? null;
    });
  }

  private push(node: Node): void {
    this.tape.push(node);
    for (const input of node.inputs) if (input?.parameter) input.parameter.uses++;
  }

  /** Frees the temporaries among an operation's arguments. */
  settle(out: Tensor, inputs: readonly Tensor[]): Tensor {
    for (const t of inputs) {
      if (!t.temporary) continue;
      t.temporary = false;
      this.release(t);
    }
    return out;
  }
}

/** Marks an expression's temporary: `f(g(x))` frees g's result when f returns. */
export function temporary(t: Tensor): Tensor {
  t.temporary = true;
  return t;
}

/** Takes over a temporary for a composite operation, whose argument outlives the inner calls; pair with {@link letGo}. */
export function borrow(t: Tensor): boolean {
  const owned = t.temporary;
  t.temporary = false;
  return owned;
}
export function letGo(engine: Engine, t: Tensor, owned: boolean): void {
  if (owned) engine.release(t);
}
