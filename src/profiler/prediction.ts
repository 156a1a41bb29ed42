// What the replay says about one step, in the words of a measurement: exact bytes, without what only CUDA kernels take.

import type { Label, Sink } from '../memory/engine/sink.ts';
import { PLACE } from '../memory/engine/sink.ts';
import type { Phase } from '../memory/estimate.ts';
import type { Plan } from '../memory/plan.ts';
import { replay } from '../memory/step.ts';
import {
  MEASURED_PHASES,
  MEASURED_TERMS,
  type MeasuredPhase,
  type MeasuredTerm,
  type Place,
  placeOfLayer,
  Segments,
  type StepBytes,
  type TermBytes,
} from './measured.ts';

/** Optimizer states exist from the second step on. */
const STEPS = 2;

/** Memory that CUDA's kernels take inside themselves; another backend's kernels take other scratch. By the labels' names. */
export const KERNELS_OWN: ReadonlySet<string> = new Set([
  'cuBLAS workspace',
  'column sum staging',
  'column sum semaphores',
  'random state',
  'attention backward accumulators',
  'step counter',
]);

const isTerm = (term: string): term is MeasuredTerm => (MEASURED_TERMS as readonly string[]).includes(term);
const isPhase = (phase: string): phase is MeasuredPhase => (MEASURED_PHASES as readonly string[]).includes(phase);

class Counter implements Sink {
  readonly segments = new Segments();
  saved: TermBytes = {};
  private readonly allocations: { readonly term: MeasuredTerm; readonly bytes: number }[] = [];
  private readonly byTerm = new Map<MeasuredTerm, number>();
  private live = 0;
  private phase: MeasuredPhase = 'load';
  private place: Place = 'model';
  private readonly layers: number;

  constructor(layers: number) {
    this.layers = layers;
  }

  alloc(requested: number, what: Label): number {
    const term = isTerm(what.term) ? what.term : 'temporaries';
    const bytes = KERNELS_OWN.has(what.name) ? 0 : requested;
    this.count(term, bytes);
    this.note();
    return this.allocations.push({ term, bytes }) - 1;
  }

  free(id: number): void {
    const allocation = this.allocations[id];
    if (allocation) this.count(allocation.term, -allocation.bytes);
  }

  private count(term: MeasuredTerm, bytes: number): void {
    this.live += bytes;
    this.byTerm.set(term, (this.byTerm.get(term) ?? 0) + bytes);
  }

  private note(): void {
    this.segments.note(this.phase, this.place, this.live, () => this.alive());
  }

  private alive(): TermBytes {
    return Object.fromEntries([...this.byTerm].filter(([, bytes]) => bytes !== 0));
  }

  enter(place: number): void {
    this.place = this.placeOf(place);
    this.note();
  }

  private placeOf(place: number): Place {
    if (place === PLACE.below) return 'below';
    if (place === PLACE.above) return 'above';
    return place >= 0 ? placeOfLayer(place, this.layers) : 'model';
  }

  begin(phase: Phase): void {
    if (!isPhase(phase)) return;
    if (phase === 'backward') this.saved = this.alive();
    this.phase = phase;
    this.segments.forget(phase);
    this.enter(PLACE.model);
  }

  emptyCache(): void {}
  forgetPeaks(): void {}
}

export function predictStep(plan: Plan): StepBytes {
  const counter = new Counter(plan.layers.length);
  replay(plan, counter, STEPS);
  return { saved: counter.saved, segments: counter.segments.all() };
}
