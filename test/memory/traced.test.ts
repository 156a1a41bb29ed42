// Real PyTorch, transformers, PEFT and bitsandbytes on a GPU that computes nothing: what their allocator counted.

import { describe, expect, it } from 'vitest';
import { type Comparison, type RowScore, resolveRun, scoreRows } from '../../src/cli/score.ts';
import { measuredLines } from './replayed.ts';

const scores = scoreRows(measuredLines('traced.jsonl'), (row) => resolveRun(row));
const isComparison = (s: RowScore): s is Comparison => 'counter' in s;
const of = (counter: Comparison['counter']): Comparison[] =>
  scores.filter(isComparison).filter((c) => c.counter === counter);
const within = (limit: number, rows: readonly Comparison[]): number =>
  rows.filter((c) => Math.abs(c.error) <= limit).length / rows.length;

describe('traced runs of the Llama line', () => {
  it('are all modelled', () => {
    expect(scores.filter((s) => 'skipped' in s)).toEqual([]);
    expect(of('allocated')).toHaveLength(561);
  });

  it('allocated: within 0.1 % but for two with math attention', () => {
    const off = of('allocated').filter((c) => Math.abs(c.error) > 0.001);
    expect(off.map((c) => c.id).filter((id) => !id.includes('/sdpa_math/'))).toEqual([]);
    expect(off.length).toBeLessThanOrEqual(2);
    expect(within(0.002, of('allocated'))).toBe(1);
  });

  it('reserved: 98 % within 0.1 %', () => {
    expect(within(0.001, of('reserved'))).toBeGreaterThanOrEqual(0.98);
  });

  it('peaks in the phase where they peaked', () => {
    expect(
      of('allocated')
        .filter((c) => c.phase !== c.measuredPhase)
        .map((c) => c.id),
    ).toEqual([]);
  });
});

describe('MiniMind’s own scripts', () => {
  const rows = scoreRows(measuredLines('minimind.jsonl'), (row) => resolveRun(row)).filter(isComparison);

  it.each(rows.filter((c) => c.counter === 'allocated').map((c) => [c.id, c] as const))(
    '%s: allocated within 0.05 %%',
    (_id, c) => {
      expect(Math.abs(c.error)).toBeLessThanOrEqual(0.0005);
    },
  );

  it.each(rows.filter((c) => c.counter === 'reserved').map((c) => [c.id, c] as const))(
    '%s: reserved within 1 %%',
    (_id, c) => {
      expect(Math.abs(c.error)).toBeLessThanOrEqual(0.01);
    },
  );
});
