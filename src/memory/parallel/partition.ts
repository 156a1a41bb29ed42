// How DeepSpeed cuts a flat list of parameters into one partition a rank (stage_1_and_2.py, get_partition_info and
// initialize_gradient_partition). Partitions are equal, so their borders run through tensors.

import { elementsOf, type Parameter } from '../engine/tensor.ts';

/** What of one parameter lies in one rank's partition. */
export interface Slice {
  readonly rank: number;
  readonly elements: number;
}

export class Partition {
  /** Parameters in the order of the flat buffer. */
  readonly order: readonly Parameter[];
  /** Elements of one rank. */
  readonly size: number;
  /** Elements of the flat buffer: a multiple of the ranks. */
  readonly total: number;
  private readonly pieces = new Map<Parameter, readonly Slice[]>();
  /** By rank: what it holds, in the order of the flat buffer, and how much of each. */
  private readonly held: Map<Parameter, number>[];

  constructor(parameters: readonly Parameter[], world: number, roundRobin: boolean) {
    this.order = roundRobin ? dealt(parameters, world) : parameters;
    const elements = parameters.reduce((n, p) => n + elementsOf(p), 0);
    const alignment = 2 * world; // NCCL wants 4 bytes, in 16-bit elements
    this.total = Math.ceil(elements / alignment) * alignment;
    this.size = this.total / world;
    this.held = Array.from({ length: world }, () => new Map());
    let at = 0;
    for (const p of this.order) {
      const slices = slicesAt(at, elementsOf(p), this.size);
      this.pieces.set(p, slices);
      for (const { rank, elements } of slices) this.held[rank]?.set(p, elements);
      at += elementsOf(p);
    }
  }

  slicesOf(p: Parameter): readonly Slice[] {
    return this.pieces.get(p) ?? [];
  }

  /** What of a parameter lies in a rank's partition. */
  elementsOf(p: Parameter, rank: number): number {
    return this.heldBy(rank).get(p) ?? 0;
  }

  /** Parameters of which a rank holds at least a part, and how much. */
  heldBy(rank: number): ReadonlyMap<Parameter, number> {
    return this.held[rank] ?? NOTHING;
  }
}

const NOTHING: ReadonlyMap<Parameter, number> = new Map();

/** round_robin_gradients: every world-th parameter after the other, so that neighbours belong to different ranks. */
const dealt = (parameters: readonly Parameter[], world: number): Parameter[] =>
  Array.from({ length: world }, (_, rank) => parameters.filter((_p, i) => i % world === rank)).flat();

function slicesAt(start: number, elements: number, size: number): Slice[] {
  const slices: Slice[] = [];
  for (let at = start; at < start + elements; ) {
    const rank = Math.floor(at / size);
    const end = Math.min(start + elements, (rank + 1) * size);
    slices.push({ rank, elements: end - at });
    at = end;
  }
  return slices;
}
