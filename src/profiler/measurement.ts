// A measurement as it is kept (`headroom/measurement@1`): what was run where, what each shape took, what the replay had said
// about the very same shape, and what follows for the whole run. Every figure has its own kind: measured, extrapolated, replayed.

import * as z from 'zod/mini';
import type { TrainingRun } from '../memory/run.ts';
import type { ModelShape } from '../memory/shape.ts';
import { MEASURED_PHASES, type StepBytes, type TermBytes, termBytesSchema, worstSegment } from './measured.ts';
import { RUNGS, SKIP_REASONS } from './rungs.ts';

const sizeSchema = z.object({
  layers: z.number(),
  sequence: z.number(),
  micro: z.number(),
  vocabulary: z.number(),
});

/** One side of a comparison: what waits for backward, and the worst moment with its terms. */
const figuresSchema = z.object({
  saved: termBytesSchema,
  peak: z.number(),
  phase: z.enum(MEASURED_PHASES),
  terms: termBytesSchema,
});
export type Figures = z.infer<typeof figuresSchema>;

export const figuresOf = (step: StepBytes): Figures => {
  const { held, phase, terms } = worstSegment(step);
  return { saved: step.saved, peak: held, phase, terms };
};

const pointSchema = z.object({
  size: sizeSchema,
  replayed: figuresSchema,
  measured: z.nullable(figuresSchema),
  seconds: z.nullable(z.number()),
  /** The most that stood in buffers, kernels' scratch included, and how much the process itself grew. */
  buffers: z.nullable(z.number()),
  process: z.nullable(z.number()),
});
export type MeasurementPoint = z.infer<typeof pointSchema>;

export const measurementSchema = z.object({
  schema: z.literal('headroom/measurement@1'),
  at: z.string(),
  headroom: z.string(),
  config: z.string(),
  /** Of the resolved run and its model: a measurement of another run is stale. */
  fingerprint: z.string(),
  machine: z.object({
    system: z.string(),
    processor: z.string(),
    cores: z.number(),
    memory: z.number(),
    node: z.string(),
  }),
  rung: z.enum(RUNGS),
  backend: z.nullable(z.object({ version: z.string(), library: z.nullable(z.string()) })),
  skipped: z.array(
    z.object({
      rung: z.enum(RUNGS),
      why: z.enum(SKIP_REASONS),
      detail: z.string(),
      command: z.string(),
    }),
  ),
  changes: z.array(z.object({ field: z.string(), from: z.string(), to: z.string() })),
  /** By what the model's widths were divided. */
  narrowing: z.object({ hidden: z.number(), heads: z.number(), inner: z.number() }),
  points: z.array(pointSchema),
  full: z.object({
    size: sizeSchema,
    replayed: figuresSchema,
    /** From the measured points; null on the dry rung, or where the shapes do not agree on a program. */
    extrapolated: z.nullable(
      z.object({ saved: termBytesSchema, peak: z.number(), phase: z.enum(MEASURED_PHASES), misfit: z.number() }),
    ),
  }),
});
export type Measurement = z.infer<typeof measurementSchema>;

/** By how much the measured side is over (or under) the replayed one, as a share; null where nothing was measured. */
export interface Agreement {
  /** The point that differs most. */
  readonly saved: number;
  readonly peak: number;
  /** Of the whole run, extrapolated. */
  readonly full: number | null;
}

const WAITING = ['activations', 'logits'] as const;
export const savedBytes = (terms: TermBytes): number => WAITING.reduce((sum, term) => sum + (terms[term] ?? 0), 0);

export function agreementOf({ points, full }: Measurement): Agreement | null {
  const measured = points.flatMap(({ measured, replayed }) => (measured ? [{ measured, replayed }] : []));
  if (measured.length === 0) return null;
  const worst = (of: (f: Figures) => number): number =>
    measured
      .map(({ measured, replayed }) => share(of(measured), of(replayed)))
      .reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
  return {
    saved: worst((f) => savedBytes(f.saved)),
    peak: worst((f) => f.peak),
    full: full.extrapolated && share(full.extrapolated.peak, full.replayed.peak),
  };
}

const share = (measured: number, replayed: number): number => (replayed === 0 ? 0 : measured / replayed - 1);

/** Within these the replay counts as confirmed on this machine. */
export const AGREES = { saved: 0.01, peak: 0.05, full: 0.02 } as const;

export const agrees = (a: Agreement): boolean =>
  Math.abs(a.saved) <= AGREES.saved && Math.abs(a.peak) <= AGREES.peak && Math.abs(a.full ?? 0) <= AGREES.full;

/** What a resolved run is, in 64 bits: two FNV-1a hashes over its JSON, the second from another start. */
export function fingerprintOf(run: TrainingRun, shape: ModelShape): string {
  const text = JSON.stringify([run, shape]);
  return [0x811c9dc5, 0x01000193].map((start) => fnv1a(text, start).toString(16).padStart(8, '0')).join('');
}

function fnv1a(text: string, start: number): number {
  let hash = start;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** One file a run: measuring it again replaces what was measured. */
export function fileNameOf({ config, fingerprint }: Pick<Measurement, 'config' | 'fingerprint'>): string {
  const name = config.replace(/^.*[\\/]/, '').replace(/[^\w.-]+/g, '-');
  return `${name}.${fingerprint}.json`;
}
