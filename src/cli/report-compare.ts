// `headroom compare A B`: two answers side by side, term by term, and what B takes more or less.

import { formatBytes, formatDelta } from '../base/bytes.ts';
import type { Estimate } from '../memory/estimate.ts';
import { printRange } from '../service/print-range.ts';
import { sentencesIn } from '../service/words/sentences-in.ts';
import type { Answer } from './answers.ts';
import { type Column, table } from './columns.ts';
import { styleOf } from './style.ts';
import type { Terminal } from './terminal.ts';
import { cliWords } from './words.ts';

const COLUMNS: readonly Column[] = [
  { align: 'left' },
  { align: 'right', cut: 'start', least: 16 },
  { align: 'right', cut: 'start', least: 16 },
  { align: 'right' },
];

/** Null where one of them has no estimate. */
export function printComparison(before: Answer, after: Answer, terminal: Terminal): string | null {
  const [a, b] = [before.analysis.estimate, after.analysis.estimate];
  if (a === null || b === null) return null;
  const { language } = before.analysis.environment;
  const words = cliWords(language);
  const style = styleOf(terminal.colour);
  const head = ['', before.input.file, after.input.file, words.difference];
  const rows = [...termRows(a, b, language), totalRow(a, b, words.total)];
  const [title = '', ...lines] = table(COLUMNS, [head, ...rows], terminal.columns);
  return [style.quiet(title), ...lines].join('\n');
}

function termRows(a: Estimate, b: Estimate, language: Answer['analysis']['environment']['language']) {
  const names = [...new Set([...a.terms, ...b.terms].map(({ term }) => term))];
  const bytesOf = (estimate: Estimate, name: string): number =>
    estimate.terms.find(({ term }) => term === name)?.bytes ?? 0;
  return names.map((name) => {
    const [x, y] = [bytesOf(a, name), bytesOf(b, name)];
    return [
      sentencesIn(language).terms[name].label,
      formatBytes(x),
      formatBytes(y),
      x === y ? '=' : formatDelta(y - x),
    ];
  });
}

function totalRow(a: Estimate, b: Estimate, label: string): readonly string[] {
  const [x, y] = [a.peak.device, b.peak.device];
  return [label, printRange(x), printRange(y), formatDelta(y.expected - x.expected)];
}
