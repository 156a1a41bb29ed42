// Gemma 1 to 3 and sliding windows against traced runs: real PyTorch and transformers on a GPU that computes nothing.
// `attention: sdpa` is what was asked for: a window that bites makes torch take another kernel in those layers.

import { describe, expect, it } from 'vitest';
import { type Comparison, type RowScore, resolveRun, scoreRows } from '../../src/cli/score.ts';
import { measuredLines } from './replayed.ts';

const isComparison = (s: RowScore): s is Comparison => 'counter' in s;
const scores = scoreRows(measuredLines('gemma.jsonl'), (row) => resolveRun(row));
const off = (counter: Comparison['counter'], limit: number): string[] =>
  scores
    .filter(isComparison)
    .filter((c) => c.counter === counter && Math.abs(c.error) > limit)
    .map((c) => c.id);

describe('traced runs of Gemma and of sliding windows', () => {
  it('are all modelled', () => {
    expect(scores.filter((s) => 'skipped' in s)).toEqual([]);
    expect(scores.filter(isComparison).filter((c) => c.counter === 'allocated')).toHaveLength(183);
  });

  it('allocated: every row within 0.1 %', () => expect(off('allocated', 0.001)).toEqual([]));

  it('reserved: every row within 0.15 %', () => expect(off('reserved', 0.0015)).toEqual([]));

  it('peak in the phase where they peaked', () => {
    const wrong = scores.filter(isComparison).filter((c) => c.counter === 'allocated' && c.phase !== c.measuredPhase);
    expect(wrong.map((c) => c.id)).toEqual([]);
  });
});
