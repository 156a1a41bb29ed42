// What one training step of one shape took, as plain data: the words that the worker, the prediction and the fit share.

import * as z from 'zod/mini';

/** The terms of an estimate that exist in a step without casts and without an allocator. */
export const MEASURED_TERMS = [
  'weights',
  'adapters',
  'gradients',
  'optimizer',
  'activations',
  'logits',
  'buffers',
  'temporaries',
] as const;
export type MeasuredTerm = (typeof MEASURED_TERMS)[number];

export const MEASURED_PHASES = ['load', 'forward', 'backward', 'optimizer'] as const;
export type MeasuredPhase = (typeof MEASURED_PHASES)[number];

/** Where in the model: layers between the first and the last count as one, by their worst. */
export const PLACES = ['model', 'below', 'first', 'middle', 'last', 'above'] as const;
export type Place = (typeof PLACES)[number];

export const termBytesSchema = z.partialRecord(z.enum(MEASURED_TERMS), z.number());
export type TermBytes = z.infer<typeof termBytesSchema>;

/** The worst moment while the code of one place ran in one phase, without what kernels take for themselves. */
const segmentSchema = z.object({
  phase: z.enum(MEASURED_PHASES),
  place: z.enum(PLACES),
  held: z.number(),
  terms: termBytesSchema,
});
export type Segment = z.infer<typeof segmentSchema>;

export const stepBytesSchema = z.object({
  /** Alive when the forward pass has ended: what waits for the backward pass, by term. */
  saved: termBytesSchema,
  segments: z.array(segmentSchema),
});
export type StepBytes = z.infer<typeof stepBytesSchema>;

/** Bytes after each operation of a segment: the same operations run whatever the size. Of the optimizer's, only the worst. */
export const momentsSchema = z.object({
  phase: z.enum(MEASURED_PHASES),
  place: z.enum(PLACES),
  held: z.array(z.number()),
});
export type Moments = z.infer<typeof momentsSchema>;

export const placeOfLayer = (index: number, layers: number): Place =>
  index === layers - 1 ? 'last' : index === 0 ? 'first' : 'middle';

/** Keeps the worst moment of each segment. */
export class Segments {
  private readonly worst = new Map<string, Segment>();

  note(phase: MeasuredPhase, place: Place, held: number, terms: () => TermBytes): void {
    const key = `${phase} ${place}`;
    const before = this.worst.get(key);
    if (!before || held > before.held) this.worst.set(key, { phase, place, held, terms: terms() });
  }

  /** A phase begins again: only the last step counts. */
  forget(phase: MeasuredPhase): void {
    for (const [key, segment] of this.worst) if (segment.phase === phase) this.worst.delete(key);
  }

  all(): Segment[] {
    return [...this.worst.values()];
  }
}

/** The worst segment of a step; loading comes before it. */
export function worstSegment({ segments }: StepBytes): Segment {
  const [first, ...rest] = segments.filter((s) => s.phase !== 'load');
  if (!first) throw new Error('a step has segments');
  return rest.reduce((worst, s) => (s.held > worst.held ? s : worst), first);
}
