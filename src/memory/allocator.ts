// PyTorch's caching allocator (c10/cuda/CUDACachingAllocator.cpp), one stream and no limit: allocated and reserved bytes.
// `allocated` counts whole blocks: an unsplit remainder (up to 1 MiB of a large block) belongs to its tensor.

import { MiB } from '../base/bytes.ts';

const ROUND = 512;
const SMALL = MiB;
const SMALL_SEGMENT = 2 * MiB;
const MIN_LARGE = 10 * MiB;
const LARGE_SEGMENT = 20 * MiB;

export const roundToBlock = (bytes: number): number => (bytes < ROUND ? ROUND : Math.ceil(bytes / ROUND) * ROUND);

interface Block {
  address: number;
  size: number;
  small: boolean;
  free: boolean;
  previous: Block | null;
  next: Block | null;
}

/**
 * Free blocks by size, then address, as the real pool's ordered set. A training step has few distinct sizes and many blocks
 * of each, so each size has its own list, lowest address last.
 */
class Pool {
  /** Sizes that have blocks, ascending. */
  private readonly sizes: number[] = [];
  /** An empty list stays: its size comes back with the next layer. */
  private readonly bySize = new Map<number, Block[]>();

  add(b: Block): void {
    let blocks = this.bySize.get(b.size);
    if (!blocks) {
      blocks = [];
      this.bySize.set(b.size, blocks);
    }
    if (blocks.length === 0) this.sizes.splice(lowerBound(this.sizes, b.size), 0, b.size);
    const last = blocks.at(-1);
    if (!last || last.address > b.address) blocks.push(b);
    else blocks.splice(indexByAddress(blocks, b.address), 0, b);
  }

  remove(b: Block): void {
    const blocks = this.bySize.get(b.size) ?? [];
    if (blocks.at(-1) === b) blocks.pop();
    else blocks.splice(indexByAddress(blocks, b.address), 1);
    if (blocks.length === 0) this.sizes.splice(lowerBound(this.sizes, b.size), 1);
  }

  best(size: number): Block | undefined {
    const exact = this.bySize.get(size)?.at(-1);
    if (exact) return exact;
    const fitting = this.sizes[lowerBound(this.sizes, size)];
    return fitting === undefined ? undefined : this.bySize.get(fitting)?.at(-1);
  }

  all(): Block[] {
    return [...this.bySize.values()].flat();
  }
}

/** Where an address stands, or would stand, in a list with the highest address first. */
function indexByAddress(blocks: readonly Block[], address: number): number {
  let low = 0;
  let high = blocks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((blocks[middle]?.address ?? 0) > address) low = middle + 1;
    else high = middle;
  }
  return low;
}

function lowerBound(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? value) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

export class CachingAllocator {
  allocated = 0;
  reserved = 0;
  peakReserved = 0;
  private readonly live: (Block | null)[] = [];
  /** Blocks that were merged into another: objects to use again. */
  private readonly spare: Block[] = [];
  private readonly small = new Pool();
  private readonly large = new Pool();
  private nextAddress = 0;

  /** Ids count up from 0, one an allocation. */
  alloc(bytes: number): number {
    const size = roundToBlock(bytes);
    const small = size <= SMALL;
    const pool = small ? this.small : this.large;
    let block = pool.best(size);
    if (block) pool.remove(block);
    else block = this.reserve(size, small);
    const rest = block.size - size;
    if (small ? rest >= ROUND : rest > SMALL) this.split(block, size, pool);
    block.free = false;
    this.allocated += block.size;
    return this.live.push(block) - 1;
  }

  /** The size of a live block, its unsplit remainder included. */
  sizeOf(id: number): number {
    return this.live[id]?.size ?? 0;
  }

  private reserve(size: number, small: boolean): Block {
    const segment = segmentFor(size, small);
    const block = this.makeBlock(this.nextAddress, segment, small);
    this.nextAddress += segment;
    this.reserved += segment;
    this.peakReserved = Math.max(this.peakReserved, this.reserved);
    return block;
  }

  private makeBlock(address: number, size: number, small: boolean): Block {
    const block = this.spare.pop();
    if (!block) return { address, size, small, free: true, previous: null, next: null };
    block.address = address;
    block.size = size;
    block.small = small;
    block.free = true;
    block.previous = null;
    block.next = null;
    return block;
  }

  private split(block: Block, size: number, pool: Pool): void {
    const rest = this.makeBlock(block.address + size, block.size - size, block.small);
    rest.previous = block;
    rest.next = block.next;
    if (block.next) block.next.previous = rest;
    block.next = rest;
    block.size = size;
    pool.add(rest);
  }

  free(id: number): void {
    let block = this.live[id];
    if (!block) throw new Error(`block ${id} is not alive`);
    this.live[id] = null;
    this.allocated -= block.size;
    block.free = true;
    const pool = block.small ? this.small : this.large;
    const { previous, next } = block;
    if (previous?.free) {
      pool.remove(previous);
      this.merge(previous, block);
      block = previous;
    }
    if (next?.free) {
      pool.remove(next);
      this.merge(block, next);
    }
    pool.add(block);
  }

  private merge(into: Block, from: Block): void {
    into.size += from.size;
    into.next = from.next;
    if (from.next) from.next.previous = into;
    this.spare.push(from);
  }

  forgetPeaks(): void {
    this.peakReserved = this.reserved;
  }

  /** torch.cuda.empty_cache(): whole free segments go back. */
  emptyCache(): void {
    for (const pool of [this.small, this.large]) {
      for (const b of pool.all()) {
        if (b.previous || b.next) continue;
        this.reserved -= b.size;
        pool.remove(b);
      }
    }
  }
}

function segmentFor(size: number, small: boolean): number {
  if (small) return SMALL_SEGMENT;
  return size < MIN_LARGE ? LARGE_SEGMENT : Math.ceil(size / SMALL_SEGMENT) * SMALL_SEGMENT;
}
