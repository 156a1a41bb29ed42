// Where allocations and frees go. The engine knows no counter; a counter knows no tensor.

import type { Phase, TermName } from '../estimate.ts';

/** What a tensor is, in the operation table's words, and the term it belongs to. One constant object a row: never built in a replay. */
export interface Label {
  readonly name: string;
  readonly term: TermName;
}
export const label = (name: string, term: TermName): Label => ({ name, term });

/** Places outside the layers, where a layer's index would stand; `beforehand`: nothing of the model is there yet. */
export const PLACE = { below: -2, above: -1, model: -3, beforehand: -4 } as const;

export interface Sink {
  /** Returns what {@link free} will be given. */
  alloc(bytes: number, what: Label): number;
  free(id: number): void;
  /** Code of another place (a layer's index, or one of {@link PLACE}) starts to run. */
  enter(place: number): void;
  /** Another phase of the step starts. */
  begin(phase: Phase): void;
  /** `torch.cuda.empty_cache()`. */
  emptyCache(): void;
  /** What was seen so far never stood on this card: peaks start from what is alive. */
  forgetPeaks(): void;
}
