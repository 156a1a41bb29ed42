// Models of the GPT-2 line: traced runs of GPT-2 itself, and of small models of every family that came after it.

import { describe, expect, it } from 'vitest';
import { type Comparison, type RowScore, resolveRun, scoreRows } from '../../src/cli/score.ts';
import { measuredLines } from './replayed.ts';

const lines = measuredLines('gpt.jsonl');
const scores = scoreRows(lines, (row) => resolveRun(row));
const isComparison = (s: RowScore): s is Comparison => 'counter' in s;
const of = (counter: Comparison['counter']): Comparison[] =>
  scores.filter(isComparison).filter((c) => c.counter === counter);
const off = (limit: number, rows: readonly Comparison[]): string[] =>
  rows.filter((c) => Math.abs(c.error) > limit).map((c) => c.id);

describe('traced runs of the GPT-2 line', () => {
  it('are all modelled', () => {
    expect(scores.filter((s) => 'skipped' in s)).toEqual([]);
    expect(of('allocated')).toHaveLength(lines.length);
    expect(lines.length).toBeGreaterThanOrEqual(110);
  });

  it('allocated: within 0.05 % but for one with DoRA', () => {
    expect(off(0.0005, of('allocated')).filter((id) => !id.includes('/dora/'))).toEqual([]);
    expect(off(0.0015, of('allocated'))).toEqual([]);
  });

  it('reserved: 97 % within 0.1 %', () => {
    expect(off(0.001, of('reserved')).length).toBeLessThanOrEqual(0.03 * lines.length);
  });

  it('peaks in the phase where they peaked', () => {
    expect(
      of('allocated')
        .filter((c) => c.phase !== c.measuredPhase)
        .map((c) => c.id),
    ).toEqual([]);
  });
});
