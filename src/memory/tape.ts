// The tape of a replay: every allocation with its birth and death, and the peak of each segment (phase x place).
// Two counters write it: plain bytes rounded to 512 (the ledger), or blocks of the caching allocator.

import { type CachingAllocator, roundToBlock } from './allocator.ts';
import { type Label, PLACE, type Sink } from './engine/sink.ts';
import type { Phase } from './estimate.ts';

export interface Allocation {
  readonly what: Label;
  readonly place: number;
  readonly requested: number;
  /** What the counter takes for it. */
  readonly bytes: number;
  readonly born: number;
  /** Infinity while it is alive. */
  died: number;
}

/** The worst moment of one segment. */
export interface SegmentPeak {
  readonly phase: Phase;
  readonly place: number;
  readonly bytes: number;
  /** Number of the event after which it stood. */
  readonly event: number;
}

/** Takes bytes and gives them back; says how many it really took. */
interface Counter {
  alloc(bytes: number): number;
  taken(id: number): number;
  free(id: number): void;
  emptyCache(): void;
}

export class Tape implements Sink {
  readonly allocations: Allocation[] = [];
  readonly segments = new Map<string, SegmentPeak>();
  live = 0;
  private events = 0;
  private phase: Phase = 'load';
  private place: number = PLACE.model;
  private top = 0;
  private topEvent = 0;
  private readonly counter: Counter;

  constructor(counter: Counter) {
    this.counter = counter;
  }

  alloc(requested: number, what: Label): number {
    const id = this.counter.alloc(requested);
    const bytes = this.counter.taken(id);
    this.live += bytes;
    this.events++;
    if (this.live > this.top) {
      this.top = this.live;
      this.topEvent = this.events;
    }
    this.allocations.push({
      what,
      place: this.place,
      requested,
      bytes,
      born: this.events,
      died: Number.POSITIVE_INFINITY,
    });
    return this.allocations.length - 1;
  }

  free(id: number): void {
    const a = this.allocations[id];
    if (!a || a.died !== Number.POSITIVE_INFINITY) throw new Error(`allocation ${id} is freed twice`);
    this.events++;
    a.died = this.events;
    this.live -= a.bytes;
    this.counter.free(id);
  }

  enter(place: number): void {
    this.close();
    this.place = place;
  }

  begin(phase: Phase): void {
    this.close();
    this.phase = phase;
    this.place = PLACE.model;
  }

  emptyCache(): void {
    this.counter.emptyCache();
  }

  /** Ends a segment; the next one starts from what is alive. */
  close(): void {
    const key = `${this.phase} ${this.place}`;
    const before = this.segments.get(key);
    if (!before || this.top > before.bytes) {
      this.segments.set(key, { phase: this.phase, place: this.place, bytes: this.top, event: this.topEvent });
    }
    this.top = this.live;
    this.topEvent = this.events;
  }

  aliveAt(event: number): Allocation[] {
    return this.allocations.filter((a) => a.born <= event && a.died > event);
  }
}

/** Bytes alive, each tensor rounded to 512. */
export function ledgerTape(): Tape {
  const sizes: number[] = [];
  return new Tape({
    alloc: (bytes) => sizes.push(roundToBlock(bytes)) - 1,
    taken: (id) => sizes[id] ?? 0,
    free: () => {},
    emptyCache: () => {},
  });
}

/** Whole blocks of PyTorch's caching allocator. */
export function allocatorTape(allocator: CachingAllocator): Tape {
  return new Tape({
    alloc: (bytes) => allocator.alloc(bytes),
    taken: (id) => allocator.sizeOf(id),
    free: (id) => allocator.free(id),
    emptyCache: () => allocator.emptyCache(),
  });
}
