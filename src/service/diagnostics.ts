// Diagnostics and what repairs them, in the protocol's shapes, from the rules.

import type { CodeAction, Diagnostic, DiagnosticSeverity, DiagnosticTag, Range } from 'vscode-languageserver-types';
import type { Analysis } from './analysis-types.ts';
import type { Fix, Report, Rule, Severity } from './rules/rule.ts';
import { rules } from './rules/rules.ts';
import { offsetAt, rangeOf } from './text-positions.ts';
import { isTraining, type Training } from './training.ts';

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = { error: 1, warning: 2, information: 3, hint: 4 };
const UNNECESSARY: DiagnosticTag = 1;

export interface RuleReport extends Report {
  readonly rule: Rule;
}

/** Every rule that has something to say, in the order of the text. */
export function reportsOf(a: Training): readonly RuleReport[] {
  return rules
    .flatMap((rule) => rule.report(a).map((report) => ({ ...report, rule })))
    .sort((x, y) => x.span.start - y.span.start);
}

export function diagnostics(a: Analysis): readonly Diagnostic[] {
  return isTraining(a) ? reportsOf(a).map((report) => toDiagnostic(a, report)) : [];
}

/**
 * Repairs of the diagnostics that touch the range. Edits stand under the analysis's file name; a host puts the uri of its
 * document there.
 */
export function codeActions(a: Analysis, range: Range): readonly CodeAction[] {
  if (!isTraining(a)) return [];
  const start = offsetAt(a.doc.text, range.start);
  const end = offsetAt(a.doc.text, range.end);
  return reportsOf(a)
    .filter(({ span }) => span.start <= end && start <= span.end)
    .flatMap((report) => report.fixes().map((fix) => toCodeAction(a, report, fix)));
}

function toDiagnostic(a: Training, { span, message, rule }: RuleReport): Diagnostic {
  return {
    range: rangeOf(a.doc.text, span),
    severity: SEVERITIES[rule.severity],
    // Editors print both, as `headroom(over-budget)`.
    code: rule.name,
    source: 'headroom',
    message,
    ...(rule.unnecessary && { tags: [UNNECESSARY] }),
  };
}

function toCodeAction(a: Training, report: RuleReport, { title, preferred, does }: Fix): CodeAction {
  const action: CodeAction = { title, kind: 'quickfix', diagnostics: [toDiagnostic(a, report)] };
  if (preferred) action.isPreferred = true;
  if ('command' in does) return { ...action, command: { title, command: does.command } };
  const edits = does.edits.map(({ span, newText }) => ({ range: rangeOf(a.doc.text, span), newText }));
  return { ...action, edit: { changes: { [a.fileName]: edits } } };
}
