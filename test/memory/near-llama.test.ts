// Families that hold what Llama's layers hold and do something else with it: traced runs of small models of each.

import { describe, expect, it } from 'vitest';
import { type Comparison, type RowScore, resolveRun, scoreRows } from '../../src/cli/score.ts';
import { measuredLines } from './replayed.ts';

const scores = scoreRows(measuredLines('near-llama.jsonl'), (row) => resolveRun(row));
const isComparison = (s: RowScore): s is Comparison => 'counter' in s;
const of = (counter: Comparison['counter']): Comparison[] =>
  scores.filter(isComparison).filter((c) => c.counter === counter);
const off = (limit: number, rows: readonly Comparison[]): string[] =>
  rows.filter((c) => Math.abs(c.error) > limit).map((c) => c.id);

describe('traced runs of families near Llama', () => {
  it('are all modelled', () => {
    expect(scores.filter((s) => 'skipped' in s)).toEqual([]);
    expect(of('allocated').length).toBeGreaterThan(220);
  });

  // Requested bytes are equal in all of them; what is left is where the pool of a small model had room.
  it('allocated: within 0.2 %, 97 % within 0.1 %', () => {
    expect(off(0.002, of('allocated'))).toEqual([]);
    expect(off(0.001, of('allocated')).length).toBeLessThanOrEqual(0.03 * of('allocated').length);
  });

  it('reserved: 93 % within 0.1 %', () => {
    expect(off(0.001, of('reserved')).length).toBeLessThanOrEqual(0.07 * of('reserved').length);
  });

  it('peaks in the phase where they peaked', () => {
    expect(
      of('allocated')
        .filter((c) => c.phase !== c.measuredPhase)
        .map((c) => c.id),
    ).toEqual([]);
  });
});
