// The answer as text: one config in full, several as a table. Prints a Breakdown and computes nothing.

import type { Language } from '../base/language.ts';
import type { Verdict } from '../memory/estimate.ts';
import type { Breakdown, BreakdownOutcome } from '../service/breakdown.ts';
import { breakdown } from '../service/breakdown.ts';
import { headlineOf, targetText } from '../service/headline.ts';
import { printRange } from '../service/print-range.ts';
import { printTarget } from '../service/target.ts';
import { isTraining } from '../service/training.ts';
import { sentencesIn } from '../service/words/sentences-in.ts';
import type { Answer } from './answers.ts';
import { type Column, table } from './columns.ts';
import { type Style, styleOf } from './style.ts';
import type { Terminal } from './terminal.ts';
import { cliWords } from './words.ts';

type EstimateOutcome = Extract<BreakdownOutcome, { kind: 'estimate' }>;

export function printText(answers: readonly Answer[], terminal: Terminal, language: Language): string {
  const style = styleOf(terminal.colour);
  const [only, ...others] = answers;
  if (only === undefined) return '';
  const lines =
    others.length === 0 ? detailLines(only, terminal, style) : tableLines(answers, terminal, style, language);
  return lines.join('\n');
}

const LARGEST_TERMS = 2;
const COLUMNS: readonly Column[] = [
  { align: 'left', cut: 'start', least: 12 },
  { align: 'left', cut: 'end', least: 10 },
  { align: 'left' },
  { align: 'left' },
  { align: 'left', cut: 'end', least: 12 },
];

function tableLines(
  answers: readonly Answer[],
  terminal: Terminal,
  style: Style,
  language: Language,
): readonly string[] {
  const words = cliWords(language);
  const { file, model, peak, largest } = words.columns;
  // The card asked for stands once, above; a card that a file names is that file's own.
  const target = answers[0]?.analysis.environment.target ?? null;
  const fit = target === null ? '' : printTarget(target);
  const rows = answers.map((answer) => rowOf(answer, style, language));
  const [head = '', ...body] = table(COLUMNS, [[file, model, peak, fit, largest], ...rows], terminal.columns);
  const estimated = answers.filter(({ analysis }) => analysis.estimate !== null).length;
  return [style.quiet(head), ...body, '', style.quiet(words.summary(answers.length, estimated))];
}

function rowOf({ input, analysis }: Answer, style: Style, language: Language): readonly string[] {
  if (!isTraining(analysis)) return [input.file, '', '', '', cliWords(language).notTraining];
  const { outcome, title } = breakdown(analysis) ?? { outcome: null, title: '' };
  const headline = headlineOf(analysis);
  if (!analysis.estimate || outcome?.kind !== 'estimate')
    return [input.file, title, headline.peak, '', headline.remark ?? ''];
  const largest = outcome.terms.slice(0, LARGEST_TERMS).map(({ label, text }) => `${label} ${text}`);
  const { verdict, estimate, environment } = analysis;
  const said = (word: Verdict): string =>
    environment.target ? sentencesIn(language).verdicts[word] : targetText(analysis);
  const fits = verdict === null ? '' : style[verdict](said(verdict));
  return [input.file, title, printRange(estimate.peak.device), fits, largest.join(', ')];
}

function verdictCell(verdict: Answer['analysis']['verdict'], text: string, style: Style): string {
  return verdict === null ? text : style[verdict](text);
}

function detailLines({ input, analysis, problems }: Answer, terminal: Terminal, style: Style): readonly string[] {
  if (!isTraining(analysis)) return problems.map(({ message }) => `${input.file}: ${message}`);
  const { peak, remark, next } = headlineOf(analysis);
  const shown = breakdown(analysis);
  if (shown === null) return [`${input.file}: ${peak}`];
  const head = [
    `${style.strong(shown.title)} ${style.quiet(`· ${shown.subtitle} · ${input.file}`)}`,
    '',
    `${style.strong(peak)}${remark === null ? '' : ` · ${verdictCell(analysis.verdict, remark, style)}`}`,
    ...(next === null ? [] : [style.quiet(next)]),
  ];
  const body = shown.outcome.kind === 'estimate' ? estimateLines(shown, shown.outcome, terminal, style) : [];
  return [...head, ...body, ...assumptionLines(shown, terminal, style)];
}

const BAR = 24;

function estimateLines(
  shown: Breakdown,
  outcome: EstimateOutcome,
  terminal: Terminal,
  style: Style,
): readonly string[] {
  const { headings } = shown;
  const section = (
    heading: string,
    columns: readonly Column[],
    rows: readonly (readonly string[])[],
  ): readonly string[] =>
    rows.length === 0 ? [] : ['', style.heading(heading), ...indented(table(columns, rows, terminal.columns - 2))];
  const most = Math.max(...outcome.terms.map(({ bytes }) => bytes));
  return [
    ...section(
      headings.terms,
      [
        { align: 'left' },
        { align: 'right' },
        { align: 'right' },
        { align: 'left' },
        { align: 'left', cut: 'end', least: 0 },
      ],
      outcome.terms.map(({ label, text, share, bytes, key }) => [
        label,
        text,
        percent(share),
        bar(bytes / most),
        key?.name ?? '',
      ]),
    ),
    ...section(
      headings.phases,
      [{ align: 'left' }, { align: 'right' }, { align: 'left' }],
      outcome.phases.map(({ label, text, peak }) => [label, text, peak ? '◀' : '']),
    ),
    ...section(
      headings.counters,
      [{ align: 'left' }, { align: 'left' }, { align: 'left', cut: 'end' }],
      outcome.counters.map(({ label, range, description }) => [label, range.text, description]),
    ),
    ...section(
      headings.causes,
      [{ align: 'left' }, { align: 'left' }],
      outcome.causes.map(({ text, label }) => [text, label]),
    ),
  ];
}

function assumptionLines({ assumptions, headings }: Breakdown, terminal: Terminal, style: Style): readonly string[] {
  if (assumptions.length === 0) return [];
  const columns: readonly Column[] = [{ align: 'left' }, { align: 'left' }, { align: 'left', cut: 'end' }];
  const rows = assumptions.map(({ field, value, why }) => [field, value, why]);
  return ['', style.heading(headings.assumptions), ...indented(table(columns, rows, terminal.columns - 2))];
}

/** One term of the peak, operation by operation. */
export function printExplanation(answer: Answer, term: string, terminal: Terminal): { found: boolean; text: string } {
  const { analysis } = answer;
  const words = cliWords(analysis.environment.language);
  const shown = isTraining(analysis) ? breakdown(analysis) : null;
  if (shown?.outcome.kind !== 'estimate') return { found: false, text: words.noEstimate };
  const { terms } = shown.outcome;
  const chosen = terms.find(({ id, label }) => id === term || label === term);
  if (!chosen) return { found: false, text: words.noSuchTerm(term, terms.map(({ id }) => id).join(', ')) };
  const style = styleOf(terminal.colour);
  const rows = chosen.parts.map(({ what, where, text, bytes }) => [what, where, text, percent(bytes / chosen.bytes)]);
  const columns: readonly Column[] = [{ align: 'left' }, { align: 'left' }, { align: 'right' }, { align: 'right' }];
  const head = `${style.strong(`${chosen.label} ${chosen.text}`)} ${style.quiet(`(${percent(chosen.share)})`)}`;
  return {
    found: true,
    text: [head, chosen.description, '', ...indented(table(columns, rows, terminal.columns - 2))].join('\n'),
  };
}

const indented = (lines: readonly string[]): readonly string[] => lines.map((line) => `  ${line}`);
const percent = (share: number): string => (share > 0 && share < 0.01 ? '<1 %' : `${Math.round(share * 100)} %`);
const bar = (share: number): string => '█'.repeat(Math.max(0, Math.round(share * BAR))) || '▏';
