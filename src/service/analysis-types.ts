// Analysis: everything known about one text in one environment. All surfaces print this and nothing else.

import type { Bytes } from '../base/bytes.ts';
import type { Language } from '../base/language.ts';
import type { ModelResolution } from '../catalogue/resolution.ts';
import type { Dialect, World } from '../dialects/dialect.ts';
import type { Finding, Reading } from '../dialects/reading.ts';
import type { Estimate, Verdict } from '../memory/estimate.ts';
import type { Gpu } from '../memory/gpu.ts';
import type { TrainingRun } from '../memory/run.ts';
import type { SourceDoc } from '../yaml/source-doc.ts';

/** The card the user named; `source` says how to print it. */
export interface Target {
  readonly gpu: Gpu | null;
  /** `RTX 4090`, or null for a bare budget such as `24 GiB`. */
  readonly label: string;
  readonly capacity: Bytes;
  readonly count: number;
}

export interface Environment extends Omit<World, 'fileName'> {
  readonly language: Language;
  readonly target: Target | null;
  /** What the user named as a target and nobody knows; `target` is null then. */
  readonly unknownTarget?: string;
  /** `ledger` while typing, `allocator` when there is time. */
  readonly depth: 'ledger' | 'allocator';
  /** Dialect chosen by the user for this file, if any. */
  readonly dialect?: string;
}

/** Memory the run certainly needs although its step is not modelled: weights, gradients, optimizer state. */
export interface Floor {
  readonly bytes: Bytes;
  /** The feature that is not modelled, as a field of the run and its value. */
  readonly field: string;
  readonly value: string;
}

export interface Analysis {
  readonly fileName: string;
  /** The text as read, with the overrides laid over it. */
  readonly doc: SourceDoc;
  /** Values that the user laid over the file (`--set`, a what-if), by dotted key. */
  readonly overrides: Readonly<Record<string, string>>;
  /** Null: not a training config of any dialect; every surface stays silent. */
  readonly dialect: Dialect | null;
  readonly reading: Reading | null;
  readonly model: ModelResolution | null;
  readonly run: TrainingRun | null;
  readonly estimate: Estimate | null;
  readonly floor: Floor | null;
  readonly target: Target | null;
  readonly verdict: Verdict | null;
  readonly findings: readonly Finding[];
  readonly environment: Environment;
}
