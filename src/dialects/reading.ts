// Reading: what a dialect understood of a file. Every field has a value and an origin; what could not be read is a finding.

import type { RunInput } from '../memory/run.ts';
import type { Span } from '../yaml/source-doc.ts';
import type { Why } from './why.ts';

/** Where a value came from. Hovers, hints, squiggles and fixes are printings of this. */
export type Origin =
  | { readonly kind: 'file'; readonly key: string; readonly keySpan: Span; readonly span: Span }
  /** The framework's own default: `source` names file and version. */
  | { readonly kind: 'default'; readonly source: string }
  /** Concluded from something else. */
  | { readonly kind: 'inferred'; readonly why: Why; readonly span?: Span }
  /** `--set key=value` or a what-if. */
  | { readonly kind: 'flag'; readonly key: string };

/** A dotted path into TrainingRun: `batch.sequence`, `method.rank`, `model`. */
export type RunField = string;

export interface Field {
  readonly value: unknown;
  readonly origin: Origin;
}

/** Something to tell about the file. Rendered by service/rules (message, severity, fix); dialects only state facts. */
export interface Finding {
  readonly code: FindingCode;
  readonly span: Span;
  readonly args: Readonly<Record<string, string | number>>;
}
export type FindingCode =
  | 'unreadable-value' // args: key, expected, got
  | 'unknown-key' // args: key, suggestion?
  | 'unknown-field' // of a headroom/run@1 file. args: key, suggestion?
  | 'key-without-effect' // args: key, why (an id of why.ts), instead?
  | 'duplicate-key' // args: key
  | 'unknown-model' // args: id
  | 'missing-model' // args: key
  | 'unsupported' // args: field, value: known, but not modelled: a floor is shown
  | 'nothing-trained' // args: kind, chosen, known: what could be chosen
  | 'missing-file' // args: path
  | 'ambiguous-dialect' // args: first, second
  | 'syntax'; // args: message

/** An input the file does not state and that moves the answer: shown with its value and why it was chosen. */
export interface Assumption {
  readonly field: RunField;
  readonly value: string;
  readonly why: Why;
}

export interface Reading {
  readonly dialect: string;
  /** `training`: estimate it. The others are ours, but not a training run: stay silent. */
  readonly purpose: 'training' | 'inference' | 'export' | 'data' | 'evaluation';
  /** Null when too little could be read to say what is trained. */
  readonly run: RunInput | null;
  readonly fields: ReadonlyMap<RunField, Field>;
  readonly findings: readonly Finding[];
  readonly assumed: readonly Assumption[];
  /** Files that would say more (a local model's config.json …), as written in the config. */
  readonly wanted: readonly string[];
}
