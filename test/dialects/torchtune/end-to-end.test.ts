// torchtune's own command was run on each of these files (test/measured/end-to-end/torchtune.jsonl): from the file to the peak.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { analyse } from '../../../src/service/analyse.ts';
import { environment } from '../../support/environment.ts';

const ROOT = join(import.meta.dirname, '../../measured/end-to-end');
/** What is left of the error: unsplit blocks, and what offloading keeps for a moment. */
const BAND = 0.01;
const USUAL_BAND = 0.005;

interface Row {
  readonly id: string;
  readonly file: string;
  readonly measured: { readonly allocated: number };
  readonly actualLength: number;
  readonly params: Readonly<Record<string, number>>;
  readonly versions: Readonly<Record<string, string>>;
}
const rows = readFileSync(join(ROOT, 'torchtune.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Row);

const peakOf = (row: Row) =>
  analyse(readFileSync(join(ROOT, row.file), 'utf8'), row.file, {
    ...environment('A100 80GB'),
    versions: row.versions,
    depth: 'allocator',
  });
const errorOf = (row: Row, expected = 0): number => Math.abs(expected / row.measured.allocated - 1);

it('nine of ten runs are within half a percent', () => {
  const errors = rows.map((row) => errorOf(row, peakOf(row).estimate?.peak.allocated.expected));
  expect(errors.filter((error) => error < USUAL_BAND).length).toBeGreaterThanOrEqual(0.9 * rows.length);
});

describe.each(rows)('$id', (row) => {
  const analysis = peakOf(row);

  it('has the measured peak', () => {
    expect(errorOf(row, analysis.estimate?.peak.allocated.expected)).toBeLessThan(BAND);
  });

  it('trains as many parameters', () => {
    const trained = Object.entries(row.params).filter(([kind]) => !kind.endsWith('frozen'));
    expect(analysis.estimate?.trainable).toBe(trained.reduce((n, [, count]) => n + count, 0));
    expect(analysis.run?.batch.sequence).toBe(row.actualLength);
  });
});
