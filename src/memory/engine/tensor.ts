// Tensors, nodes and parameters without numbers: only sizes, types, lifetimes and who holds whom.

import type { Dtype } from '../run.ts';
import type { Engine } from './engine.ts';
import type { Label } from './sink.ts';

export type ElementType = Dtype | 'i64' | 'i32' | 'u8';
export const ELEMENT_SIZE: Readonly<Record<ElementType, number>> = { fp32: 4, bf16: 2, fp16: 2, i64: 8, i32: 4, u8: 1 };

/** PyTorch's type promotion among floating types: equal types stay, and bf16 with fp16 makes fp32 (c10/core/ScalarType.h). */
export function promote(a: ElementType, b: ElementType): ElementType {
  return a === b ? a : 'fp32';
}

export interface Storage {
  readonly id: number;
  references: number;
}

/** A handle on a storage: a Python reference or a C++ Tensor. Whoever gets one releases it exactly once. */
export interface Tensor {
  readonly storage: Storage;
  readonly elements: number;
  readonly dtype: ElementType;
  /** `grad_fn`, or the parameter's own node: where its gradient goes. */
  node: Node | null;
  /** As a gradient: owns its storage and is no view, so another gradient may be added in place. */
  fresh: boolean;
  /** An expression's temporary: freed when the operation that takes it returns. */
  temporary: boolean;
}

export type Gradients = readonly (Tensor | null)[];
export type Backward = (engine: Engine, gradient: Tensor, wanted: readonly boolean[], node: Node) => Gradients;
/** Sums a gradient over broadcast dimensions. Runs in validate_outputs, after the node's locals died. */
export type Reduce = (engine: Engine, gradient: Tensor, input: number) => Tensor;

export interface Node {
  readonly inputs: readonly (Node | null)[];
  readonly inputTypes: readonly ElementType[];
  readonly saved: readonly Slot[];
  readonly backward: Backward | null;
  readonly reduce: Reduce | null;
  parameter: Parameter | null;
  readonly place: number;
  /** The gradient that waits for the node (InputBuffer). */
  waiting: Tensor | null;
  /** A node with several results: one port a result, where that result's gradient waits instead. */
  readonly ports: readonly Node[] | null;
  /** Stands for many nodes, and runs them in its own way. */
  readonly run: (() => void) | null;
}

const NOTHING: readonly never[] = [];

/** Every node is made here with every field, so that the engine's inner loop sees one kind of object. */
export function makeNode(
  place: number,
  backward: Backward | null,
  given: Partial<Pick<Node, 'inputs' | 'inputTypes' | 'saved' | 'reduce' | 'ports' | 'run'>> | null = null,
): Node {
  return {
    inputs: given?.inputs ?? NOTHING,
    inputTypes: given?.inputTypes ?? NOTHING,
    saved: given?.saved ?? NOTHING,
    backward,
    reduce: given?.reduce ?? null,
    parameter: null,
    place,
    waiting: null,
    ports: given?.ports ?? null,
    run: given?.run ?? null,
  };
}

/** A saved tensor; under checkpointing only the promise of one, kept by the recomputation. */
export interface Slot {
  tensor: Tensor | null;
  readonly frame: Frame | null;
  readonly index: number;
}

/** What a node saved, wherever it is now: in the slot, or among the recomputed tensors. */
export function savedTensor(node: Node, i: number): Tensor | null {
  const slot = node.saved[i];
  return slot?.tensor ?? slot?.frame?.recomputed?.[slot.index] ?? null;
}

/** One checkpointed call of a block. */
export interface Frame {
  /** How many tensors its forward would have saved. */
  saves: number;
  dropped: number;
  /** Its inputs and closure: alive until the last node that saved something in it has run. */
  readonly held: readonly Tensor[];
  recomputed: (Tensor | null)[] | null;
  readonly run: () => void;
}

/** How a frozen weight is stored. `double`: the scales of a 4-bit weight are quantised too. */
export interface Packing {
  readonly kind: 'bnb4' | 'int8' | 'gptq' | 'awq' | 'torchao4';
  readonly double: boolean;
  /** What it was packed from, where that is not the type it is computed in: backward unpacks it to that, then casts. */
  readonly from?: Dtype;
  /** bitsandbytes before 0.43.2: the product keeps its input as an attribute, and forward unpacks like backward. */
  readonly keepsInput?: boolean;
}
/** Values a byte. */
export const PACKED_PER_BYTE: Readonly<Record<Packing['kind'], number>> = {
  bnb4: 2,
  int8: 1,
  gptq: 2,
  awq: 2,
  torchao4: 2,
};

export interface Parameter {
  tensor: Tensor;
  readonly what: Label;
  readonly rows: number;
  readonly cols: number;
  /** Stacked matrices (experts), 1 for a plain one. */
  readonly count: number;
  readonly trainable: boolean;
  readonly packed: Packing | null;
  /** Kept with 32-bit optimizer states although the optimizer is 8-bit. */
  readonly embedding: boolean;
  grad: Tensor | null;
  /** How often the graph uses it, and how many of these uses have sent their gradient. */
  uses: number;
  arrived: number;
  node: Node;
}

export const elementsOf = (p: Parameter): number => p.rows * p.cols * p.count;
