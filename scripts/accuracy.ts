// npm run accuracy: predicted against measured, row by row, as tables; writes docs/accuracy.md and the block of README.md.
// The rows are those of test/measured; further files may be named, which are only printed. Usage: npm run accuracy [-- ROWS.jsonl …]

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Comparison, type RowScore, scoreRows, type Table, type TableLine, tablesOf } from '../src/cli/score.ts';
import { rowResolver } from '../src/cli/score-files.ts';
import { reasonFor, unstated } from './accuracy-notes.ts';
import { withBlocks } from './generated-blocks.ts';

interface Group {
  readonly name: string;
  readonly rows: readonly RowScore[];
}

const WORST = 20;
/** Real cards, by their runs and by their config files; every other file holds traced runs. */
const REAL: readonly string[] = ['gpu', 'published'];
const named = process.argv.slice(2);
const groups: readonly Group[] = (named.length > 0 ? named : rowFiles('test/measured')).map((file) => ({
  name: titleOf(file),
  rows: scoreRows(readFileSync(file, 'utf8').split('\n'), rowResolver(file)),
}));
const summary = table(
  'Rows',
  groups.flatMap(({ name, rows }) => linesBy('all', rows).map(([counter, line]) => [`${name}, ${counter}`, line])),
);

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

function titleOf(file: string): string {
  return file
    .replace(/^test[\\/]measured[\\/]/, '')
    .replaceAll('\\', '/')
    .replace(/(\/rows)?[.]jsonl$/, '');
}

function linesBy(by: Table['by'], rows: readonly RowScore[]): readonly (readonly [counter: string, TableLine])[] {
  return tablesOf(rows)
    .filter((t) => t.by === by)
    .flatMap((t) => t.lines.map((line) => [t.counter, line] as const));
}

function table(title: string, lines: readonly (readonly [name: string, TableLine])[]): string {
  const cells = ({ rows, median, p90, max, within, inside, width }: TableLine): string[] => [
    `${rows}`,
    percent(median, 3),
    percent(p90, 3),
    percent(max, 2),
    percent(within.perMille, 0),
    percent(inside, 0),
    percent(width, 1),
  ];
  return [
    `| ${title} | Compared | Median error | p90 | Largest | Within 0.1 % | Inside the range | Width of the range |`,
    '|---|---:|---:|---:|---:|---:|---:|---:|',
    ...lines.map(([name, line]) => `| ${[name, ...cells(line)].join(' | ')} |`),
  ].join('\n');
}

function percent(x: number, digits: number): string {
  return `${(100 * x).toFixed(digits)} %`;
}

/** What cannot be compared yet, and why: rows of features that are not modelled stay on the scoreboard. */
function skippedTable(): string {
  const reasons = new Map<string, number>();
  for (const { name, rows } of groups)
    for (const row of rows) {
      if (!('skipped' in row)) continue;
      const key = `${name} | ${row.skipped.replaceAll('|', '\\|')}`;
      reasons.set(key, (reasons.get(key) ?? 0) + 1);
    }
  const lines = [...reasons].sort(([, a], [, b]) => b - a).map(([why, count]) => `| ${why} | ${count} |`);
  return ['| File | Not compared | Rows |', '|---|---|---:|', ...lines].join('\n');
}

function page(): string {
  const real = groups.filter((g) => REAL.includes(g.name)).flatMap((g) => g.rows);
  const traced = groups.filter((g) => !REAL.includes(g.name)).flatMap((g) => g.rows);
  return [
    '# Accuracy',
    'Predicted against measured peaks, written by `npm run accuracy` from the rows in `test/measured`. No constant is fitted to a row: a miss is a tensor or a fact about the run that is not known, and the notes below name it. `headroom score FILE` prints tables for a file of rows, `--json` row by row.',
    '`gpu` holds real cards, from public repositories, each row with its source; `published` those of axolotl and ms-swift that start from the config file; all other files are traced runs: real PyTorch and libraries on a GPU that computes nothing, to the byte.',
    summary,
    'The error is of the expected value, over the measured one. Inside the range: low ≤ measured ≤ high. Width: high less low over the measured value, median.',
    '## Real cards',
    ...breakdown(real, ['source', 'family', 'method', 'regime']),
    '## Traced runs',
    ...breakdown(traced, ['family', 'method', 'regime']),
    '## The largest errors on real cards, one by one',
    worstTable(real),
    ...unstated,
    '## The largest errors of traced runs',
    worstTable(traced),
    '## Not compared',
    skippedTable(),
  ]
    .join('\n\n')
    .concat('\n');
}

function breakdown(rows: readonly RowScore[], ways: readonly Table['by'][]): string[] {
  return ways.map((by) =>
    table(
      `By ${by}`,
      linesBy(by, rows).map(([counter, line]) => [`${line.name || 'traced'}, ${counter}`, line]),
    ),
  );
}

function worstTable(rows: readonly RowScore[]): string {
  const errorOf = (c: Comparison): number => Math.abs(c.error);
  const worst = rows
    .filter((row): row is Comparison => 'counter' in row)
    .sort((a, b) => errorOf(b) - errorOf(a))
    .slice(0, WORST);
  const gib = (n: number): string => (n / 2 ** 30).toFixed(3);
  const lines = worst.map((c) => {
    const range = `${gib(c.low)} – ${gib(c.high)}`;
    return `| ${c.id} | ${c.counter} | ${gib(c.measured)} | ${gib(c.expected)} | ${range} | ${percent(c.error, 2)} | ${reasonFor(c.id)} |`;
  });
  return [
    '| Row | Counter | Measured, GiB | Expected | Range | Error | What is missing, or not understood |',
    '|---|---|---:|---:|---|---:|---|',
    ...lines,
  ].join('\n');
}
