// npm run accuracy: predicted against measured, row by row, as a table; writes docs/accuracy.md and the block of README.md.
// The rows are those of test/measured; further files may be named. Usage: npm run accuracy [-- ROWS.jsonl …]

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { headroom } from '../src/cli/headroom.ts';
import { withBlocks } from './generated-blocks.ts';

/** What `headroom score --json` prints, one object a line. */
const scoredRow = z.union([
  z.object({ id: z.string(), skipped: z.string() }),
  z.object({
    id: z.string(),
    counter: z.string(),
    measured: z.number(),
    expected: z.number(),
    low: z.number(),
    high: z.number(),
  }),
]);
type ScoredRow = z.infer<typeof scoredRow>;
type Compared = Extract<ScoredRow, { counter: string }>;

const named = process.argv.slice(2);
const files = named.length > 0 ? named : rowFiles('test/measured');
const groups: { readonly name: string; readonly rows: readonly ScoredRow[] }[] = [];
for (const file of files) groups.push({ name: file, rows: await scored(file) });

const summary = summaryTable();
console.log(`${summary}\n\n${skippedTable()}`);
if (named.length === 0) {
  writeFileSync('docs/accuracy.md', page());
  writeFileSync('README.md', withBlocks(readFileSync('README.md', 'utf8'), { accuracy: () => summary }));
}

function rowFiles(folder: string): readonly string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .map((name) => join(folder, name));
}

async function scored(file: string): Promise<readonly ScoredRow[]> {
  const lines: string[] = [];
  const status = await headroom(['score', file, '--json'], {
    print: (text) => void lines.push(...text.split('\n')),
    complain: (line) => console.error(line),
    input: async () => '',
    columns: Number.POSITIVE_INFINITY,
    colour: false,
    language: 'en',
  });
  if (status !== 0) throw new Error(`headroom score ${file} ended with ${status}`);
  return lines.filter((line) => line.trim() !== '').map((line) => scoredRow.parse(JSON.parse(line)));
}

function summaryTable(): string {
  const head =
    '| Rows | Counter | Compared | Median error | p90 | Within 0.1 % | Within 1 % | Inside the range |\n|---|---|---:|---:|---:|---:|---:|---:|';
  return [
    head,
    ...groups.flatMap(({ name, rows }) => countersOf(rows).map(([counter, compared]) => line(name, counter, compared))),
  ].join('\n');
}

function countersOf(rows: readonly ScoredRow[]): readonly (readonly [string, readonly Compared[]])[] {
  const compared = rows.filter((row): row is Compared => 'counter' in row);
  return [...new Set(compared.map(({ counter }) => counter))].map((counter) => [
    counter,
    compared.filter((row) => row.counter === counter),
  ]);
}

function line(name: string, counter: string, rows: readonly Compared[]): string {
  const errors = rows.map(errorOf).sort((a, b) => a - b);
  const share = (count: number): string => `${((100 * count) / rows.length).toFixed(0)} %`;
  const inside = rows.filter(({ measured, low, high }) => low <= measured && measured <= high).length;
  const within = (bound: number): string => share(errors.filter((error) => error <= bound).length);
  const cells = [
    titleOf(name),
    counter,
    `${rows.length}`,
    percent(quantile(errors, 0.5)),
    percent(quantile(errors, 0.9)),
    within(0.001),
    within(0.01),
    share(inside),
  ];
  return `| ${cells.join(' | ')} |`;
}

const errorOf = ({ measured, expected }: Compared): number => Math.abs(expected / measured - 1);
const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
const percent = (error: number): string => `${(100 * error).toFixed(3)} %`;
const titleOf = (file: string): string =>
  file
    .replace(/^test[\\/]measured[\\/]/, '')
    .replaceAll('\\', '/')
    .replace(/[.]jsonl$/, '');

/** What cannot be compared yet, and why: rows of features that are not modelled stay on the scoreboard. */
function skippedTable(): string {
  const reasons = new Map<string, number>();
  for (const { rows } of groups)
    for (const row of rows) if ('skipped' in row) reasons.set(row.skipped, (reasons.get(row.skipped) ?? 0) + 1);
  const lines = [...reasons]
    .sort(([, a], [, b]) => b - a)
    .map(([why, count]) => `| ${why.replaceAll('|', '\\|')} | ${count} |`);
  return ['| Not compared | Rows |', '|---|---:|', ...lines].join('\n');
}

function page(): string {
  return [
    '# Accuracy',
    'Predicted against measured peaks, written by `npm run accuracy` from the rows in `test/measured`. No constant is fitted to a row; `headroom score FILE` prints a file row by row.',
    summary,
    'The error is of the expected value. A measured value inside the range counts as such whatever its error.',
    '## Not compared',
    skippedTable(),
    '## The largest errors',
    worstTable(),
  ]
    .join('\n\n')
    .concat('\n');
}

function worstTable(): string {
  const compared = groups.flatMap(({ rows }) => rows.filter((row): row is Compared => 'counter' in row));
  const worst = [...compared].sort((a, b) => errorOf(b) - errorOf(a)).slice(0, 20);
  const lines = worst.map(
    (row) =>
      `| ${row.id} | ${row.counter} | ${row.measured} | ${Math.round(row.expected)} | ${percent(errorOf(row))} |`,
  );
  return ['| Row | Counter | Measured, bytes | Expected, bytes | Error |', '|---|---|---:|---:|---:|', ...lines].join(
    '\n',
  );
}
