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

  constructor(parameters: readonly Parameter[], world: number, roundRobin: boolean) {
    this.order = roundRobin ? dealt(parameters, world) : parameters;
    const elements = parameters.reduce((n, p) => n + elementsOf(p), 0);
    const alignment = 2 * world; // NCCL wants 4 bytes, in 16-bit elements
    this.total = Math.ceil(elements / alignment) * alignment;
    this.size = this.total / world;
    let at = 0;
    for (const p of this.order) {
      this.pieces.set(p, slicesAt(at, elementsOf(p), this.size));
      at += elementsOf(p);
    }
  }

  slicesOf(p: Parameter): readonly Slice[] {
    return this.pieces.get(p) ?? [];
  }

  /** What of a parameter lies in a rank's partition. */
  elementsOf(p: Parameter, rank: number): number {
    return this.slicesOf(p).find((s) => s.rank === rank)?.elements ?? 0;
  }

  /** Parameters of which a rank holds at least a part. */
  heldBy(rank: number): Parameter[] {
    return this.order.filter((p) => this.elementsOf(p, rank) > 0);
  }
}

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
