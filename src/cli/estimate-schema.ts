// headroom/estimate@1: what `headroom estimate --json` prints, one object a config. A contract: extend it, never change it.
// Numbers of memory are bytes on the most loaded GPU.

import * as z from 'zod';
import { runSchema } from '../dialects/headroom-run/schema.ts';
import type { RunInput } from '../memory/run.ts';

const bytes = z.number().nonnegative();
const byteRange = z.strictObject({ low: bytes, expected: bytes, high: bytes });
const position = z.strictObject({ line: z.int().nonnegative(), character: z.int().nonnegative() });
const phase = z.enum(['load', 'forward', 'backward', 'optimizer', 'eval', 'generate', 'save']);
const part = z.strictObject({ what: z.string(), where: z.string(), bytes });
const term = z.strictObject({ term: z.string(), bytes, parts: z.array(part).readonly() });

/** A whole TrainingRun, every default filled in; it can be fed back with `--run`. */
const run: z.ZodType<RunInput> = runSchema;

const model = z.strictObject({
  id: z.string().nullable(),
  family: z.string(),
  parameters: z.number().nonnegative(),
  trainable: z.number().nonnegative().nullable().describe('null: the run could not be replayed'),
  source: z.enum(['config', 'id', 'preset', 'name']),
});

const problem = z.strictObject({
  code: z.string(),
  severity: z.enum(['error', 'warning', 'information', 'hint']),
  message: z.string(),
  range: z
    .strictObject({ start: position, end: position })
    .describe('zero-based, characters in UTF-16 units, as in LSP'),
});

const fit = z.strictObject({
  gpu: z.string().nullable().describe('null: a bare budget was named'),
  count: z.int().positive(),
  capacity: bytes.describe('of one GPU'),
  verdict: z.enum(['fits', 'tight', 'over']).nullable().describe('null: nothing to judge'),
});

/** Fields are null where there is no estimate; `problems` then says why, and `floor` what is needed in any case. */
export const estimateSchema = z
  .strictObject({
    schema: z.literal('headroom/estimate@1'),
    file: z.string(),
    dialect: z.string().nullable().describe('null: not a training config'),
    model: model.nullable(),
    run: run.nullable(),
    peak: z.strictObject({ allocated: byteRange, reserved: byteRange, device: byteRange }).nullable(),
    phase: phase.nullable().describe('the phase of the step in which the run peaks'),
    phases: z.array(z.strictObject({ name: phase, allocated: bytes })).readonly(),
    terms: z.array(term).readonly().describe('alive at the peak; they add up to peak.allocated.expected'),
    host: z.strictObject({ ram: bytes }).nullable(),
    floor: z.strictObject({ bytes, field: z.string(), value: z.string() }).nullable(),
    fit: fit.nullable().describe('null: no GPU and no budget was named'),
    assumed: z.array(z.strictObject({ field: z.string(), value: z.string(), why: z.string() })).readonly(),
    problems: z.array(problem).readonly(),
  })
  .readonly();

export type EstimateReport = z.infer<typeof estimateSchema>;
export type Problem = z.infer<typeof problem>;

/** As `headroom schema estimate` prints it: the whole output, an array. */
export const estimateJsonSchema = (): Record<string, unknown> => z.toJSONSchema(z.array(estimateSchema));
