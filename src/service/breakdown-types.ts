// What the panel draws: one analysis as plain, localised JSON. Nothing here needs the service to be understood.
// Deliberately absent: colours, geometry and HTML (the webview's business), and any number that is not in the Estimate.

import type { Language } from '../base/language.ts';
import type { Phase, TermName, Verdict } from '../memory/estimate.ts';

/** A figure with its width, in bytes, and how it is printed: `21.4 GiB`, or `21.4 GiB (20.1–22.9)` where the width matters. */
export interface PrintedRange {
  readonly low: number;
  readonly expected: number;
  readonly high: number;
  readonly text: string;
}

/** A key of the file, for "reveal": UTF-16 offsets into the text the breakdown was made from. */
export interface BreakdownKey {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** One of the three totals that are kept apart. */
export interface BreakdownCounter {
  readonly id: 'allocated' | 'reserved' | 'device';
  readonly label: string;
  readonly description: string;
  readonly range: PrintedRange;
}

interface BreakdownPart {
  /** The operation in the operation table's words; a name, not a sentence. */
  readonly what: string;
  readonly where: string;
  readonly bytes: number;
  readonly text: string;
}

/** One slice of the stack; `share` is of the allocated peak, and the slices' bytes add up to it. */
export interface BreakdownTerm {
  readonly id: TermName;
  readonly label: string;
  readonly description: string;
  readonly bytes: number;
  readonly share: number;
  readonly text: string;
  /** The key of the file that moves this term most; null: nothing in the file does. */
  readonly key: BreakdownKey | null;
  readonly parts: readonly BreakdownPart[];
}

/** How high memory goes at one place of the model; `at`: where in its phase that place is run, from 0 to 1. */
interface BreakdownMoment {
  readonly at: number;
  readonly bytes: number;
}

export interface BreakdownPhase {
  readonly id: Phase;
  readonly label: string;
  readonly bytes: number;
  readonly text: string;
  /** The phase in which the run peaks. */
  readonly peak: boolean;
  /** Embedding, layer by layer, head, or backwards; empty where a phase does not walk through the model. */
  readonly course: readonly BreakdownMoment[];
}

export interface BreakdownTarget {
  /** `RTX 4090 24 GiB`, `24 GiB`. */
  readonly label: string;
  readonly capacity: number;
  /** Null: there is no estimate to judge. */
  readonly verdict: Verdict | null;
  readonly verdictText: string;
}

export interface BreakdownCause {
  readonly id: string;
  readonly label: string;
  readonly of: BreakdownCounter['id'];
  readonly below: number;
  readonly above: number;
  /** `−0.2 / +0.4 GiB` */
  readonly text: string;
}

export interface BreakdownAssumption {
  readonly field: string;
  readonly value: string;
  readonly why: string;
}

export interface BreakdownFinding {
  /** `headroom/unknown-key` */
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'information' | 'hint';
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

/** What could be said about the peak. */
export type BreakdownOutcome =
  | {
      readonly kind: 'estimate';
      /** The headline: what the device must hold. */
      readonly total: PrintedRange;
      /** `ledger` answers carry no allocator slack; the panel may ask again at full depth. */
      readonly depth: 'ledger' | 'allocator';
      readonly counters: readonly BreakdownCounter[];
      /** Largest first. */
      readonly terms: readonly BreakdownTerm[];
      /** In the order of a step. */
      readonly phases: readonly BreakdownPhase[];
      /** Why the total is a range; widest first. */
      readonly causes: readonly BreakdownCause[];
    }
  /** A feature of the run is not modelled: what is needed in any case. */
  | { readonly kind: 'floor'; readonly bytes: number; readonly text: string; readonly why: string }
  /** Nothing can be said yet; `why` ends with the next step. */
  | { readonly kind: 'none'; readonly why: string };

export interface Breakdown {
  readonly language: Language;
  /** The model as the file names it, else the file's own name. */
  readonly title: string;
  /** `LLaMA-Factory · 7.62 B parameters, 20.2 M trained` */
  readonly subtitle: string;
  readonly outcome: BreakdownOutcome;
  /** Null: no GPU is set; `targetText` says so. */
  readonly target: BreakdownTarget | null;
  readonly targetText: string;
  readonly assumptions: readonly BreakdownAssumption[];
  readonly findings: readonly BreakdownFinding[];
  /** Headings of the panel's sections, in the language of the rest. */
  readonly headings: {
    readonly peak: string;
    readonly terms: string;
    readonly phases: string;
    readonly causes: string;
    readonly assumptions: string;
    readonly findings: string;
    readonly counters: string;
    readonly term: string;
    readonly bytes: string;
    readonly share: string;
    readonly key: string;
  };
}
