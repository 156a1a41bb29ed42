// What a profiler's parent and its worker say to each other, as schemas: a worker is another process, so what comes from it
// is read like any other input.

import * as z from 'zod/mini';
import type { TrainingRun } from '../memory/run.ts';
import type { ModelShape } from '../memory/shape.ts';
import { momentsSchema, stepBytesSchema } from './measured.ts';
import type { ComputingRung } from './rungs.ts';

/** Parent to worker. It trusts its parent, so these are types alone. */
export type Request =
  | { readonly kind: 'load'; readonly rung: ComputingRung; readonly folder: string }
  | {
      readonly kind: 'measure';
      readonly steps: number;
      readonly jobs: readonly { readonly run: TrainingRun; readonly shape: ModelShape }[];
    };

/** The process's own memory around a step, where the system tells: the check that the count of buffers is right. */
const processSchema = z.object({ before: z.number(), highest: z.number() });

const measuredStepSchema = z.extend(stepBytesSchema, {
  /** Kernels' scratch included. */
  highest: z.number(),
  moments: z.array(momentsSchema),
  loss: z.nullable(z.number()),
  seconds: z.number(),
  process: z.nullable(processSchema),
});
export type MeasuredStep = z.infer<typeof measuredStepSchema>;

const backendSchema = z.object({
  version: z.string(),
  library: z.nullable(z.string()),
  usesGpu: z.nullable(z.boolean()),
  node: z.string(),
});
export type BackendFacts = z.infer<typeof backendSchema>;

export const replySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('loaded'), backend: backendSchema }),
  z.object({ kind: z.literal('unavailable'), message: z.string() }),
  z.object({ kind: z.literal('progress'), job: z.number(), step: z.number() }),
  z.object({ kind: z.literal('measured'), job: z.number(), result: measuredStepSchema }),
  z.object({ kind: z.literal('failed'), reason: z.enum(['out-of-memory', 'error']), message: z.string() }),
  z.object({ kind: z.literal('done') }),
]);
export type Reply = z.infer<typeof replySchema>;

/** How a worker ended before it was done. */
export type Ending =
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'too-long'; readonly seconds: number }
  | { readonly kind: 'too-large'; readonly bytes: number }
  | { readonly kind: 'out-of-memory'; readonly message: string }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'killed'; readonly signal: string }
  | { readonly kind: 'exited'; readonly code: number };
