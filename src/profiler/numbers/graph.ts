// Autograd with numbers, forward half. tfjs's own tape keeps every tensor until backward has ended; PyTorch lets go of each
// as early as it can, and that is what is measured. So operations run here outside tfjs's tape, and this one has PyTorch's
// lifetimes: references are counted, saved tensors belong to nodes, a node's tensors die when its backward has run.
// A backward that used something it did not save would read a disposed tensor, and fail.

import type { MeasuredTerm, Place } from '../measured.ts';
import type { Tensor, Tf } from '../tf.ts';
import type { Buffers } from './buffers.ts';

/** Numbers on the backend and how many hold them. */
export interface Held {
  tensor: Tensor;
  references: number;
}

/** A handle: whoever gets one releases it exactly once. */
export class Value {
  readonly held: Held;
  /** `grad_fn`, or a parameter's own node: where its gradient goes. */
  node: Node | null;
  /** As a gradient: no view, so another gradient may be added in place. */
  fresh = true;
  /** An expression's temporary: released when the operation that takes it returns. */
  temporary = false;

  constructor(held: Held, node: Node | null = null) {
    this.held = held;
    this.node = node;
  }

  get tensor(): Tensor {
    return this.held.tensor;
  }
  get shape(): readonly number[] {
    return this.held.tensor.shape;
  }
}

export interface Parameter {
  readonly name: string;
  readonly value: Value;
  gradient: Value | null;
  /** How often the graph uses it, and how many of these uses have sent their gradient. */
  uses: number;
  arrived: number;
}

/** For each input: what its gradient is for, or null where none is wanted. */
export type Wanted = readonly (MeasuredTerm | null)[];
export type Backward = (
  gradient: Value,
  saved: readonly (Tensor | null)[],
  wanted: Wanted,
) => readonly (Value | null)[];

/** What a node saved: the value itself, or a promise of a checkpointed block. */
export interface Slot {
  value: Value | null;
  readonly frame: Frame | null;
  readonly index: number;
}

export interface Node {
  readonly inputs: readonly (Node | null)[];
  readonly shapes: readonly (readonly number[])[];
  readonly slots: readonly (Slot | null)[];
  readonly backward: Backward;
  readonly parameter: Parameter | null;
  readonly place: Place;
  waiting: Value | null;
}

/** One checkpointed call: how many tensors it would have saved, and those of its second run. */
export interface Frame {
  saves: number;
  dropped: number;
  recomputed: (Value | null)[] | null;
  /** Runs the block again on its input, which it holds. */
  readonly again: () => void;
  readonly end: () => void;
}

export interface Operation {
  readonly inputs: readonly Value[];
  /** One kernel of PyTorch: what it makes on the way is scratch. The first result is the operation's, others are only saved. */
  readonly run: (tf: Tf) => Tensor | readonly [Tensor, ...Tensor[]];
  readonly term?: MeasuredTerm;
  /** Inputs that are saved before the results exist; null keeps a place. */
  readonly saves?: readonly (Value | null)[];
  /** Which results are saved, by index; they follow `saves` where backward gets them. */
  readonly savesResults?: readonly number[];
  readonly backward: Backward;
}

/** Everything a checkpointed block had to save is there again: the rest of its second run is not needed. */
export class Recomputed extends Error {}

export class Graph {
  readonly tf: Tf;
  readonly buffers: Buffers;
  readonly tape: Node[] = [];
  grad = true;
  /** Whose code runs: a node runs its backward in the place of its forward. */
  place: Place = 'model';
  frame: Frame | null = null;
  recomputing: Frame | null = null;
  /** References taken during a recomputation, which may end anywhere. */
  taken: Map<Held, number> | null = null;

  constructor(tf: Tf, buffers: Buffers) {
    this.tf = tf;
    this.buffers = buffers;
  }

  enter(place: Place): void {
    if (place === this.place) return;
    this.place = place;
    this.buffers.enter(place);
  }

  /** A tensor made by one kernel. */
  make(run: (tf: Tf) => Tensor, term: MeasuredTerm = 'temporaries'): Value {
    const value = this.own(this.compute(run, term));
    this.buffers.settle();
    return value;
  }

  private compute(run: (tf: Tf) => Tensor, term: MeasuredTerm): Tensor {
    const { tf, buffers } = this;
    buffers.term = term;
    return tf.tidy(() => tf.keep(run(tf)));
  }

  private own(tensor: Tensor): Value {
    const held = { tensor, references: 0 };
    this.refer(held, 1);
    return new Value(held);
  }

  private refer(held: Held, by: number): void {
    held.references += by;
    if (this.taken) this.taken.set(held, (this.taken.get(held) ?? 0) + by);
    if (held.references === 0) held.tensor.dispose();
  }

  /** Another handle on the same numbers. */
  keep(value: Value): Value {
    this.refer(value.held, 1);
    const handle = new Value(value.held, value.node);
    handle.fresh = value.fresh;
    return handle;
  }

  release(value: Value | null | undefined): void {
    if (value) this.refer(value.held, -1);
  }

  /** Gives back references that a run which ended in its middle had taken. */
  giveBack(held: Held, references: number): void {
    if (references > 0) this.refer(held, -references);
  }

  needsGrad(value: Value): boolean {
    return this.grad && value.node !== null;
  }

  apply({ inputs, run, term = 'activations', saves = [], savesResults = [], backward }: Operation): Value {
    const recorded = this.grad && inputs.some((x) => x.node);
    const before = recorded ? saves.map((value) => value && this.save(value)) : [];
    const [out, ...extras] = this.results(run, term);
    const results = [out, ...extras];
    if (recorded) {
      const after = savesResults.map((i) => this.save(results[i] ?? out));
      this.record(out, inputs, [...before, ...after], backward);
    }
    this.buffers.settle();
    for (const extra of extras) this.release(extra);
    for (const x of inputs) this.releaseTemporary(x);
    return out;
  }

  private results(run: Operation['run'], term: MeasuredTerm): readonly [Value, ...Value[]] {
    const { tf, buffers } = this;
    buffers.term = term;
    const made = tf.tidy(() => {
      const ran = run(tf);
      return (ran instanceof tf.Tensor ? [ran] : ran).map((t) => tf.keep(t));
    });
    const [first, ...rest] = made.map((t) => this.own(t));
    if (!first) throw new Error('an operation has a result');
    return [first, ...rest];
  }

  private save(value: Value): Slot {
    const { frame, recomputing } = this;
    if (recomputing?.recomputed) {
      recomputing.recomputed.push(this.keep(value));
      if (recomputing.recomputed.length === recomputing.saves) throw new Recomputed();
      return { value: null, frame: null, index: 0 };
    }
    if (frame) return { value: null, frame, index: frame.saves++ };
    return { value: this.keep(value), frame: null, index: 0 };
  }

  private record(out: Value, inputs: readonly Value[], slots: readonly (Slot | null)[], backward: Backward): void {
    const node: Node = {
      inputs: inputs.map((x) => x.node),
      shapes: inputs.map((x) => x.shape),
      slots,
      backward,
      parameter: null,
      place: this.place,
      waiting: null,
    };
    out.node = node;
    if (this.recomputing) return;
    this.tape.push(node);
    for (const input of node.inputs) if (input?.parameter) input.parameter.uses++;
  }

  private releaseTemporary(x: Value): void {
    if (!x.temporary) return;
    x.temporary = false;
    this.release(x);
  }

  /** The same numbers in another shape: no memory, and a gradient that is a view too. */
  view(x: Value, shape: readonly number[]): Value {
    const out = this.own(this.tf.reshape(x.tensor, [...shape]));
    if (this.needsGrad(x)) this.record(out, [x], [], (g) => [this.reshaped(g, x.shape)]);
    this.releaseTemporary(x);
    return out;
  }

  /** A gradient seen in another shape: as fresh as it was. */
  private reshaped(gradient: Value, shape: readonly number[]): Value {
    const out = this.own(this.tf.reshape(gradient.tensor, [...shape]));
    out.fresh = gradient.fresh;
    return out;
  }

  parameter(name: string, run: (tf: Tf) => Tensor, term: MeasuredTerm, trainable: boolean): Parameter {
    const parameter: Parameter = { name, value: this.make(run, term), gradient: null, uses: 0, arrived: 0 };
    if (trainable) {
      parameter.value.node = {
        inputs: [],
        shapes: [],
        slots: [],
        backward: () => [],
        parameter,
        place: this.place,
        waiting: null,
      };
    }
    return parameter;
  }

  /** An operation in place: the new numbers take the place of the old ones, which tfjs can only do by way of a copy. */
  replace(value: Value, run: (tf: Tf) => Tensor, term: MeasuredTerm): void {
    const next = this.compute(run, term);
    value.held.tensor.dispose();
    value.held.tensor = next;
  }
}

/** Marks an expression's temporary: `f(g(x))` frees g's result when f returns. */
export function temporary(value: Value): Value {
  value.temporary = true;
  return value;
}
