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
  /** Number of the event that freed it; beyond all of them while it is alive. */
  readonly died: number;
}

const STILL_ALIVE = 2 ** 31 - 1;

/** The worst moment of one segment. */
export interface SegmentPeak {
  readonly phase: Phase;
  readonly place: number;
  readonly bytes: number;
  /** Number of the event after which it stood. */
  readonly event: number;
}

/** Takes bytes, says how many it really took, and gives them back. Allocations are numbered from 0. */
interface Counter {
  alloc(bytes: number): number;
  free(id: number): void;
  emptyCache(): void;
  forgetPeaks(): void;
}

const FIRST_CAPACITY = 1 << 12;

export class Tape implements Sink {
  readonly segments = new Map<string, SegmentPeak>();
  live = 0;
  /** One entry an allocation, field by field: a hundred thousand objects would cost more than the replay. */
  private readonly what: Label[] = [];
  private places = new Int32Array(FIRST_CAPACITY);
  private requested = new Float64Array(FIRST_CAPACITY);
  private bytes = new Float64Array(FIRST_CAPACITY);
  private born = new Int32Array(FIRST_CAPACITY);
  private died = new Int32Array(FIRST_CAPACITY);
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
    const bytes = this.counter.alloc(requested);
    this.live += bytes;
    this.events++;
    if (this.live > this.top) {
      this.top = this.live;
      this.topEvent = this.events;
    }
    const id = this.what.push(what) - 1;
    if (id === this.born.length) this.grow();
    this.places[id] = this.place;
    this.requested[id] = requested;
    this.bytes[id] = bytes;
    this.born[id] = this.events;
    this.died[id] = STILL_ALIVE;
    return id;
  }

  private grow(): void {
    const capacity = this.born.length * 2;
    const ints = (from: Int32Array): Int32Array<ArrayBuffer> => {
      const to = new Int32Array(capacity);
      to.set(from);
      return to;
    };
    const floats = (from: Float64Array): Float64Array<ArrayBuffer> => {
      const to = new Float64Array(capacity);
      to.set(from);
      return to;
    };
    this.places = ints(this.places);
    this.born = ints(this.born);
    this.died = ints(this.died);
    this.requested = floats(this.requested);
    this.bytes = floats(this.bytes);
  }

  free(id: number): void {
    if (this.died[id] !== STILL_ALIVE) throw new Error(`allocation ${id} is freed twice`);
    this.events++;
    this.died[id] = this.events;
    this.live -= this.bytes[id] ?? 0;
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

  forgetPeaks(): void {
    this.segments.clear();
    this.top = this.live;
    this.topEvent = this.events;
    this.counter.forgetPeaks();
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

  /** What was alive after an event; after the last one, without an argument. */
  aliveAt(event: number = this.events): Allocation[] {
    const alive: Allocation[] = [];
    for (let id = 0; id < this.what.length; id++) {
      const died = this.died[id] ?? STILL_ALIVE;
      if ((this.born[id] ?? 0) <= event && died > event) alive.push(this.at(id));
    }
    return alive;
  }

  all(): Allocation[] {
    return this.what.map((_, id) => this.at(id));
  }

  private at(id: number): Allocation {
    const what = this.what[id];
    if (!what) throw new Error(`no allocation ${id}`);
    return {
      what,
      place: this.places[id] ?? 0,
      requested: this.requested[id] ?? 0,
      bytes: this.bytes[id] ?? 0,
      born: this.born[id] ?? 0,
      died: this.died[id] ?? STILL_ALIVE,
    };
  }
}

/** Bytes alive, each tensor rounded to 512. */
export function ledgerTape(): Tape {
  return new Tape({ alloc: roundToBlock, free: () => {}, emptyCache: () => {}, forgetPeaks: () => {} });
}

/** Whole blocks of PyTorch's caching allocator. */
export function allocatorTape(allocator: CachingAllocator): Tape {
  return new Tape({
    alloc: (bytes) => allocator.sizeOf(allocator.alloc(bytes)),
    free: (id) => allocator.free(id),
    emptyCache: () => allocator.emptyCache(),
    forgetPeaks: () => allocator.forgetPeaks(),
  });
}
