// A rule: one diagnostic in one object, with its code, severity, sentences in both languages, where it applies and what
// repairs it. One file a rule; a new rule is one file and one line in rules.ts.
// Deliberately absent: finding facts about a framework. Dialects state those; rules only say them.

import type { Language } from '../../base/language.ts';
import type { FindingCode } from '../../dialects/reading.ts';
import type { TextEdit } from '../../yaml/edit.ts';
import type { Span } from '../../yaml/source-doc.ts';
import type { CommandId } from '../markdown.ts';
import { printName } from '../print-name.ts';
import type { Training } from '../training.ts';

export type Severity = 'error' | 'warning' | 'information' | 'hint';

export interface Occurrence<Args> {
  readonly span: Span;
  readonly args: Args;
}

export interface Fix {
  readonly title: string;
  /** The repair that is almost always meant. */
  readonly preferred?: boolean;
  readonly does: { readonly edits: readonly TextEdit[] } | { readonly command: CommandId };
}

export interface RuleSpec<Args> {
  /** Stable; printed as `headroom/<code>`. */
  readonly code: string;
  readonly severity: Severity;
  /** Editors draw the key as dead code. */
  readonly unnecessary?: boolean;
  /** One sentence for the list of rules. */
  readonly doc: Readonly<Record<Language, string>>;
  readonly find: (a: Training) => readonly Occurrence<Args>[];
  readonly message: Readonly<Record<Language, (args: Args) => string>>;
  readonly fixes?: (a: Training, occurrence: Occurrence<Args>) => readonly Fix[];
}

export interface Report {
  readonly span: Span;
  readonly message: string;
  /** Asked for only where a user looks: some re-estimate the run many times. */
  readonly fixes: () => readonly Fix[];
}

/** A rule whose arguments have been tied up inside. */
export interface Rule extends Pick<RuleSpec<never>, 'severity' | 'doc'> {
  readonly code: `headroom/${string}`;
  /** The code where its source stands beside it, as in an editor: `over-budget`. */
  readonly name: string;
  readonly unnecessary: boolean;
  readonly report: (a: Training) => readonly Report[];
}

export function rule<Args>(spec: RuleSpec<Args>): Rule {
  return {
    code: `headroom/${spec.code}`,
    name: spec.code,
    severity: spec.severity,
    unnecessary: spec.unnecessary ?? false,
    doc: spec.doc,
    report: (a) =>
      spec.find(a).map((occurrence) => ({
        span: occurrence.span,
        message: spec.message[a.environment.language](occurrence.args),
        fixes: () => spec.fixes?.(a, occurrence) ?? [],
      })),
  };
}

/** The findings of a code, with every argument as a printable name; an argument that was not given reads as nothing. */
export function findingsOf<Names extends string>(
  a: Training,
  code: FindingCode,
  names: readonly Names[],
): readonly Occurrence<Readonly<Record<Names, string>>>[] {
  return a.findings
    .filter((finding) => finding.code === code)
    .map(({ span, args }) => ({
      span,
      args: Object.fromEntries(names.map((n) => [n, printName(String(args[n] ?? ''))])) as Record<Names, string>,
    }));
}
