// headroom/estimate@1: what `headroom estimate --json` prints, one object a config. A contract: extend it, never change it.
// Numbers of memory are bytes on the most loaded GPU.

import * as z from 'zod/mini';
import { runSchema } from '../dialects/headroom-run/schema.ts';
import type { RunInput } from '../memory/run.ts';

const bytes = z.number().check(z.nonnegative());
const byteRange = z.strictObject({ low: bytes, expected: bytes, high: bytes });
const position = z.strictObject({ line: z.int().check(z.nonnegative()), character: z.int().check(z.nonnegative()) });
const phase = z.enum(['load', 'generate', 'forward', 'reference', 'backward', 'optimizer', 'eval', 'save']);
const part = z.strictObject({
  what: z.string(),
  where: z.string(),
  bytes,
  count: z.exactOptional(z.int().check(z.positive(), z.describe('how many tensors'))),
});
const term = z.strictObject({ term: z.string(), bytes, parts: z.readonly(z.array(part)) });

/** A whole TrainingRun, every default filled in; it can be fed back with `--run`. */
const run: z.ZodMiniType<RunInput> = runSchema;

const model = z.strictObject({
  id: z.nullable(z.string()),
  family: z.string(),
  parameters: z.number().check(z.nonnegative()),
  trainable: z.nullable(z.number().check(z.nonnegative())).check(z.describe('null: the run could not be replayed')),
  source: z.enum(['config', 'id', 'preset', 'name']),
});

const problem = z.strictObject({
  code: z.string(),
  severity: z.enum(['error', 'warning', 'information', 'hint']),
  message: z.string(),
  range: z
    .strictObject({ start: position, end: position })
    .check(z.describe('zero-based, characters in UTF-16 units, as in LSP')),
});

const fit = z.strictObject({
  gpu: z.nullable(z.string()).check(z.describe('null: a bare budget was named')),
  count: z.int().check(z.positive()),
  capacity: bytes.check(z.describe('of one GPU')),
  verdict: z.nullable(z.enum(['fits', 'tight', 'over'])).check(z.describe('null: nothing to judge')),
});

/** Fields are null where there is no estimate; `problems` then says why, and `floor` what is needed in any case. */
export const estimateSchema = z.readonly(
  z.strictObject({
    schema: z.literal('headroom/estimate@1'),
    file: z.string(),
    dialect: z.nullable(z.string()).check(z.describe('null: not a training config')),
    model: z.nullable(model),
    run: z.nullable(run),
    peak: z.nullable(z.strictObject({ allocated: byteRange, reserved: byteRange, device: byteRange })),
    phase: z.nullable(phase).check(z.describe('the phase of the step in which the run peaks')),
    phases: z.readonly(z.array(z.strictObject({ name: phase, allocated: bytes }))),
    terms: z.readonly(z.array(term)).check(z.describe('alive at the peak; they add up to peak.allocated.expected')),
    host: z.nullable(z.strictObject({ ram: bytes })),
    floor: z.nullable(z.strictObject({ bytes, field: z.string(), value: z.string() })),
    fit: z.nullable(fit).check(z.describe('null: no GPU and no budget was named')),
    assumed: z.readonly(z.array(z.strictObject({ field: z.string(), value: z.string(), why: z.string() }))),
    problems: z.readonly(z.array(problem)),
  }),
);

export type EstimateReport = z.infer<typeof estimateSchema>;
export type Problem = z.infer<typeof problem>;

/** As `headroom schema estimate` prints it: the whole output, an array. */
export const estimateJsonSchema = (): Record<string, unknown> => z.toJSONSchema(z.array(estimateSchema));
