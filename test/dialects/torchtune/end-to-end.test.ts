// torchtune's own command was run on each of these files (test/measured/end-to-end/torchtune.jsonl): from the file to the peak.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { analyse } from '../../../src/service/analyse.ts';
import { environment } from '../../support/environment.ts';

const ROOT = join(import.meta.dirname, '../../measured/end-to-end');
/** What is left of the error: unsplit blocks, and a few kilobytes of the loop's own. */
const BAND = 0.002;

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

describe.each(rows)('$id', (row) => {
  const text = readFileSync(join(ROOT, row.file), 'utf8');
  const { versions } = row;
  const analysis = analyse(text, row.file, { ...environment('A100 80GB'), versions, depth: 'allocator' });

  it('has the measured peak', () => {
    const expected = analysis.estimate?.peak.allocated.expected ?? 0;
    expect(Math.abs(expected / row.measured.allocated - 1)).toBeLessThan(BAND);
  });

  it('trains as many parameters', () => {
    const trained = Object.entries(row.params).filter(([kind]) => !kind.endsWith('frozen'));
    expect(analysis.estimate?.trainable).toBe(trained.reduce((n, [, count]) => n + count, 0));
    expect(analysis.run?.batch.sequence).toBe(row.actualLength);
  });
});
