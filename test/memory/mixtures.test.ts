// gpt-oss, GLM-4.5, and LoRA on stacks of experts against real PyTorch and transformers 5.23 and PEFT 0.21 on a GPU that computes nothing (H100), experts through grouped_mm.

import { describe, expect, it } from 'vitest';
import { type Comparison, type RowScore, resolveRun, scoreRows } from '../../src/cli/score.ts';
import { measuredLines } from './replayed.ts';

const scores = scoreRows(measuredLines('mixtures.jsonl'), (row) => resolveRun(row));
const isComparison = (s: RowScore): s is Comparison => 'counter' in s;
const allocated = scores.filter(isComparison).filter((c) => c.counter === 'allocated');

describe('sinks, corrected routers, adapters on experts', () => {
  it('are all replayed', () => {
    expect(scores.filter((s) => !isComparison(s))).toEqual([]);
    expect(allocated.length).toBe(28);
  });

  // Two rows of a gigabyte differ by the rest of one split block.
  it.each(allocated.map((c) => [c.id, c] as const))('%s: allocated within 0.12 %%', (_id, c) => {
    expect(Math.abs(c.error)).toBeLessThanOrEqual(0.0012);
    expect(c.phase).toBe(c.measuredPhase);
  });
});
