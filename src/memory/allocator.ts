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

/** Free blocks by size, then address: a sorted array with binary search, as the real pool's set. */
class Pool {
  blocks: Block[] = [];

  private indexOf(size: number, address: number): number {
    let low = 0;
    let high = this.blocks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const b = this.blocks[middle];
      if (b && (b.size < size || (b.size === size && b.address < address))) low = middle + 1;
      else high = middle;
    }
    return low;
  }
  add(b: Block): void {
    this.blocks.splice(this.indexOf(b.size, b.address), 0, b);
  }
  remove(b: Block): void {
    this.blocks.splice(this.indexOf(b.size, b.address), 1);
  }
  best(size: number): Block | undefined {
    return this.blocks[this.indexOf(size, -1)];
  }
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
      pool.blocks = pool.blocks.filter((b) => {
        const whole = !b.previous && !b.next;
        if (whole) this.reserved -= b.size;
        return !whole;
      });
    }
  }
}

function merge(into: Block, from: Block): void {
  into.size += from.size;
  into.next = from.next;
  if (from.next) from.next.previous = into;
}
