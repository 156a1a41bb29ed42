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
  readonly address: number;
  readonly small: boolean;
  size: number;
  free: boolean;
  previous: Block | null;
  next: Block | null;
}

/**
 * Free blocks by size, then address, as the real pool's ordered set. A training step has few distinct sizes and many blocks
 * of each, so each size has its own stack, lowest address on top.
 */
class Pool {
  private readonly sizes: number[] = [];
  private readonly bySize = new Map<number, Block[]>();

  add(b: Block): void {
    const blocks = this.bySize.get(b.size);
    if (!blocks) {
      this.bySize.set(b.size, [b]);
      this.sizes.splice(lowerBound(this.sizes, b.size), 0, b.size);
      return;
    }
    let i = blocks.length;
    blocks.push(b);
    for (let before = blocks[i - 1]; before && before.address < b.address; before = blocks[i - 1]) blocks[i--] = before;
    blocks[i] = b;
  }

  remove(b: Block): void {
    const blocks = this.bySize.get(b.size) ?? [];
    if (blocks.at(-1) === b) blocks.pop();
    else blocks.splice(blocks.indexOf(b), 1);
    if (blocks.length === 0) this.forget(b.size);
  }

  private forget(size: number): void {
    this.bySize.delete(size);
    this.sizes.splice(lowerBound(this.sizes, size), 1);
  }

  best(size: number): Block | undefined {
    const fitting = this.sizes[lowerBound(this.sizes, size)];
    return fitting === undefined ? undefined : this.bySize.get(fitting)?.at(-1);
  }

  all(): Block[] {
    return [...this.bySize.values()].flat();
  }
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
  private readonly pools = { small: new Pool(), large: new Pool() };
  private nextAddress = 0;

  alloc(bytes: number): number {
    const size = roundToBlock(bytes);
    const small = size <= SMALL;
    const pool = small ? this.pools.small : this.pools.large;
    let block = pool.best(size);
    if (block) pool.remove(block);
    else block = this.reserve(size, small);
    const rest = block.size - size;
    if (small ? rest >= ROUND : rest > SMALL) this.split(block, size, pool);
    block.free = false;
    this.allocated += block.size;
    this.live.push(block);
    return this.live.length - 1;
  }

  /** The size of a live block, its unsplit remainder included. */
  sizeOf(id: number): number {
    return this.live[id]?.size ?? 0;
  }

  private reserve(size: number, small: boolean): Block {
    const segment = small
      ? SMALL_SEGMENT
      : size < MIN_LARGE
        ? LARGE_SEGMENT
        : Math.ceil(size / SMALL_SEGMENT) * SMALL_SEGMENT;
    const block: Block = { address: this.nextAddress, small, size: segment, free: true, previous: null, next: null };
    this.nextAddress += segment;
    this.reserved += segment;
    this.peakReserved = Math.max(this.peakReserved, this.reserved);
    return block;
  }

  private split(block: Block, size: number, pool: Pool): void {
    const rest: Block = {
      address: block.address + size,
      small: block.small,
      size: block.size - size,
      free: true,
      previous: block,
      next: block.next,
    };
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
    const pool = block.small ? this.pools.small : this.pools.large;
    const { previous, next } = block;
    if (previous?.free) {
      pool.remove(previous);
      merge(previous, block);
      block = previous;
    }
    if (next?.free) {
      pool.remove(next);
      merge(block, next);
    }
    pool.add(block);
  }

  /** torch.cuda.empty_cache(): whole free segments go back. */
  emptyCache(): void {
    for (const pool of [this.pools.small, this.pools.large]) {
      for (const b of pool.all()) {
        if (b.previous || b.next) continue;
        this.reserved -= b.size;
        pool.remove(b);
      }
    }
  }
}

function merge(into: Block, from: Block): void {
  into.size += from.size;
  into.next = from.next;
  if (from.next) from.next.previous = into;
}
