// The view model: what the panel draws, as a schema. It says field by field what service/breakdown.ts says as a type;
// this room may not import the service, so host/panel.ts holds the two together at compile time.
// Deliberately absent: defaults and transforms. A message is right as it stands, or it is dropped.

import * as z from 'zod/mini';
import type { Phase, TermName, Verdict } from '../memory/estimate.ts';

const TERMS = [
  'weights',
  'adapters',
  'gradients',
  'optimizer',
  'casts',
  'activations',
  'logits',
  'buffers',
  'temporaries',
  'slack',
] as const satisfies readonly TermName[];
const PHASES = [
  'load',
  'generate',
  'forward',
  'reference',
  'backward',
  'optimizer',
  'eval',
  'save',
] as const satisfies readonly Phase[];
const VERDICTS = ['fits', 'tight', 'over'] as const satisfies readonly Verdict[];
const COUNTERS = ['allocated', 'reserved', 'device'] as const;

const list = <T extends z.core.SomeType>(item: T) => z.readonly(z.array(item));
const text = z.string();
const amount = z.number().check(z.nonnegative());
const offset = z.int().check(z.nonnegative());

const range = z.object({ low: amount, expected: amount, high: amount, text });
const key = z.object({ name: text, start: offset, end: offset });
const part = z.object({ what: text, where: text, bytes: amount, text });

const term = z.object({
  id: z.enum(TERMS),
  label: text,
  description: text,
  bytes: amount,
  share: amount,
  text,
  key: z.nullable(key),
  parts: list(part),
});
const moment = z.object({ at: z.number().check(z.minimum(0), z.maximum(1)), bytes: amount });
const phase = z.object({
  id: z.enum(PHASES),
  label: text,
  bytes: amount,
  text,
  peak: z.boolean(),
  course: list(moment),
});
const counter = z.object({ id: z.enum(COUNTERS), label: text, description: text, range });
const cause = z.object({ id: text, label: text, of: z.enum(COUNTERS), below: amount, above: amount, text });
const assumption = z.object({ field: text, value: text, why: text });
const finding = z.object({
  code: text,
  severity: z.enum(['error', 'warning', 'information', 'hint']),
  message: text,
  start: offset,
  end: offset,
});
const target = z.object({ label: text, capacity: amount, verdict: z.nullable(z.enum(VERDICTS)), verdictText: text });

const outcome = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('estimate'),
    total: range,
    depth: z.enum(['ledger', 'allocator']),
    counters: list(counter),
    terms: list(term),
    phases: list(phase),
    causes: list(cause),
  }),
  z.object({ kind: z.literal('floor'), bytes: amount, text, why: text }),
  z.object({ kind: z.literal('none'), why: text }),
]);

export const viewModel = z.object({
  language: z.enum(['en', 'zh-cn']),
  title: text,
  subtitle: text,
  outcome,
  target: z.nullable(target),
  targetText: text,
  assumptions: list(assumption),
  findings: list(finding),
  headings: z.object({
    peak: text,
    terms: text,
    phases: text,
    causes: text,
    assumptions: text,
    findings: text,
    counters: text,
    term: text,
    bytes: text,
    share: text,
    key: text,
  }),
});

export type ViewModel = z.infer<typeof viewModel>;
export type ViewOutcome = ViewModel['outcome'];
export type ViewEstimate = Extract<ViewOutcome, { kind: 'estimate' }>;
export type ViewTerm = ViewEstimate['terms'][number];
export type ViewPhase = ViewEstimate['phases'][number];
export type ViewCounter = ViewEstimate['counters'][number];
export type ViewCause = ViewEstimate['causes'][number];
export type ViewTarget = NonNullable<ViewModel['target']>;
export type ViewAssumption = ViewModel['assumptions'][number];
export type ViewFinding = ViewModel['findings'][number];
