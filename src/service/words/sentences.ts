// Every sentence a user may read from this room, as a type: a language that lacks one does not compile.
// Arguments are text that has been printed already; escaping for markdown is done where markdown is made.
// Deliberately absent: the sentences of diagnostics, which live with their rule (rules/), those of why something is as it is
// (dialects/why.ts), and the framework's own words.

import type { Phase, TermName, TermPart, Verdict } from '../../memory/estimate.ts';
import type { Breakdown } from '../breakdown-types.ts';

interface Named {
  readonly label: string;
  readonly description: string;
}

export interface Sentences {
  readonly terms: Readonly<Record<TermName, Named>>;
  readonly phases: Readonly<Record<Phase, string>>;
  readonly places: Readonly<Record<TermPart['where'], string>>;
  readonly counters: Readonly<Record<'allocated' | 'reserved' | 'device', Named>>;
  readonly verdicts: Readonly<Record<Verdict, string>>;
  /** Why a total is a range, by the cause's id; an id without a name is printed as it is. */
  readonly causes: Readonly<Record<string, string>>;
  /** Fields of the run that a reading may have assumed; others are printed as they are. */
  readonly fields: Readonly<Record<string, string>>;
  /** Features by run field or `field=value`; others are printed as `field: value`. */
  readonly features: Readonly<Record<string, string>>;
  readonly list: (items: readonly string[]) => string;

  readonly target: {
    readonly empty: string;
    readonly noCards: string;
    readonly noMemory: string;
    readonly noUnit: (value: string) => string;
    readonly usable: (target: string, bytes: string) => string;
    readonly unknownGpu: (name: string) => string;
  };

  readonly peak: {
    readonly total: (range: string) => string;
    readonly on: (target: string, verdict: string) => string;
    readonly gpuNotSet: string;
    readonly gpuNotKnown: (name: string) => string;
    readonly atLeast: (bytes: string, terms: string) => string;
    readonly notModelled: (feature: string) => string;
    readonly unknown: string;
    readonly unknownModel: (id: string) => string;
    readonly noModel: string;
    readonly nothingTrained: string;
    readonly unreadable: string;
    readonly breakdown: string;
  };

  readonly next: {
    readonly pickGpu: string;
    readonly giveConfig: string;
    readonly nameModel: string;
    readonly fixFindings: string;
    readonly reportFeature: string;
  };

  readonly fits: {
    readonly spare: (bytes: string) => string;
    readonly straddles: (low: string, high: string) => string;
    readonly short: (bytes: string) => string;
  };

  readonly hints: {
    readonly share: (terms: string, bytes: string) => string;
    readonly perRow: (bytes: string) => string;
    readonly instead: (value: string, change: string) => string;
    readonly insteadTooltip: (peak: string) => string;
    readonly shareTooltip: (key: string, percent: string) => string;
    readonly perRowTooltip: (rows: string, total: string) => string;
    readonly totalTooltip: (phase: string) => string;
    readonly scope: string;
  };

  readonly hover: {
    readonly value: string;
    readonly peak: string;
    readonly change: string;
    readonly now: string;
    readonly same: string;
    readonly notComputed: string;
    readonly noEffectAtPeak: (phase: string) => string;
    readonly controls: string;
    readonly perToken: (bytes: string, rows: string, length: string, each: string) => string;
    readonly perTrained: (bytes: string, parameters: string, each: string) => string;
    readonly perParameter: (bytes: string, parameters: string, each: string) => string;
    readonly parts: (parts: string) => string;
    readonly defaultIs: string;
    readonly noDefault: string;
    readonly source: (where: string) => string;
    readonly parameters: (total: string, trained: string) => string;
    readonly family: (family: string, layers: string, hidden: string, vocabulary: string) => string;
    readonly shapeFrom: Readonly<Record<'config' | 'id' | 'preset' | 'name', string>>;
    readonly sameShapeAs: (id: string) => string;
    readonly checkpoint: (dtype: string) => string;
  };

  readonly status: {
    readonly noEstimate: string;
    readonly click: string;
  };

  readonly fixes: {
    readonly replace: (from: string, to: string) => string;
    readonly removeKey: (key: string) => string;
    readonly pickGpu: string;
    readonly lever: (edit: string, saving: string, peak: string, price: string) => string;
    readonly set: (pairs: readonly string[]) => string;
  };

  /** What a lever costs besides memory. */
  readonly prices: Readonly<Record<Price, string>>;

  readonly headings: Breakdown['headings'];
}

export type Price =
  | 'same-result'
  | 'slower'
  | 'shorter-rows'
  | 'smaller-adapter'
  | 'lower-precision'
  | 'quantized-base'
  | 'other-method';
