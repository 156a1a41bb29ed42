// Real cards, from public repositories (test/measured/gpu.jsonl): the band that the estimate is held to.

import { describe, expect, it } from 'vitest';
import { type Comparison, resolveRun, scoreRows, tablesOf } from '../../src/cli/score.ts';
import { measuredLines } from './replayed.ts';

const scores = scoreRows(measuredLines('gpu.jsonl'), (row) => resolveRun(row));
const compared = scores.filter((s): s is Comparison => 'counter' in s);
const all = tablesOf(scores).find((t) => t.counter === 'allocated' && t.by === 'all')?.lines[0];

describe('real cards', () => {
  it('compares every row that can be modelled', () => {
    expect(compared.length).toBeGreaterThanOrEqual(19);
  });

  it('allocated: median error within 1.5 %, nine of ten within 13 %', () => {
    expect(all?.median).toBeLessThanOrEqual(0.015);
    expect(all?.p90).toBeLessThanOrEqual(0.13);
  });

  it('ranges are no wider than 15 % in the median', () => {
    expect(all?.width).toBeLessThanOrEqual(0.15);
  });

  it('five of six ranges hold the measured value', () => {
    expect(all?.inside).toBeGreaterThanOrEqual(0.83);
  });
});
