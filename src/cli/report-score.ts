// The scoreboard in print: one JSON object a row, or tables of errors with what could not be compared.

import { type Column, table } from './columns.ts';
import { type RowScore, type Skipped, type Table, type TableLine, tablesOf } from './score.ts';

/** JSON Lines, as other tools read them; what only the tables need stays out. */
export function printScoresAsJson(scores: readonly RowScore[]): string {
  return scores
    .map((score) => JSON.stringify('skipped' in score ? { id: score.id, skipped: score.skipped } : published(score)))
    .join('\n');
}

type Comparison = Exclude<RowScore, Skipped>;
const published = ({ id, counter, measured, low, expected, high, error }: Comparison) => ({
  id,
  counter,
  measured,
  low,
  expected,
  high,
  error,
});

export function printScores(scores: readonly RowScore[], columns: number): string {
  const tables = tablesOf(scores).map((t) => printTable(t, columns));
  const reasons = skippedReasons(scores);
  return [
    ...tables,
    ...(reasons.length > 0 ? [`not compared\n${table(REASON, reasons, columns).join('\n')}`] : []),
  ].join('\n\n');
}

const NUMBER: Column = { align: 'right' };
const COLUMNS: readonly Column[] = [{ align: 'left', cut: 'end' }, ...Array.from({ length: 9 }, () => NUMBER)];
const REASON: readonly Column[] = [NUMBER, { align: 'left', cut: 'end' }];
const HEAD = ['', 'rows', 'median', 'p90', 'max', 'within 0.1 %', 'within 1 %', 'in range', 'width', 'phase right'];

const printTable = ({ by, counter, lines }: Table, columns: number): string =>
  `${counter}, by ${by}\n${table(COLUMNS, [HEAD, ...lines.map(cells)], columns).join('\n')}`;

const cells = ({ name, rows, median, p90, max, within, inside, width, phaseRight }: TableLine): string[] => [
  name,
  String(rows),
  percent(median, 3),
  percent(p90, 3),
  percent(max, 3),
  percent(within.perMille, 1),
  percent(within.percent, 1),
  percent(inside, 1),
  percent(width, 1),
  phaseRight === null ? '–' : percent(phaseRight, 1),
];

const percent = (share: number, digits: number): string => `${(100 * share).toFixed(digits)} %`;

function skippedReasons(scores: readonly RowScore[]): string[][] {
  const counts = new Map<string, number>();
  for (const score of scores) if ('skipped' in score) counts.set(score.skipped, (counts.get(score.skipped) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a).map(([why, count]) => [String(count), why]);
}
