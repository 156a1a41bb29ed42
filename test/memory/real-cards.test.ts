// Real cards, from public repositories (test/measured/gpu.jsonl): the band that the estimate is held to.

import { describe, expect, it } from 'vitest';
import {
  type Comparison,
  type RowScore,
  resolveRun,
  scoreRows,
  type TableLine,
  tablesOf,
} from '../../src/cli/score.ts';
import { measuredLines } from './replayed.ts';

const scores = scoreRows(measuredLines('gpu.jsonl'), (row) => resolveRun(row));
const isComparison = (s: RowScore): s is Comparison => 'counter' in s;
const lineOf = (rows: readonly RowScore[]): TableLine | undefined =>
  tablesOf(rows).find((t) => t.counter === 'allocated' && t.by === 'all')?.lines[0];

/** Rows whose software is stated or follows from their resident bytes; docs/accuracy.md says what others lack. */
const WELL_KNOWN = /^fms-(a-mistral7b|g-powerlm3b|l-llama3-8b)-.*-bs\d$/;

describe('real cards', () => {
  it('well-known runs: nine of ten within 1.2 %, 19 of 20 inside ranges of at most 15 %', () => {
    const line = lineOf(scores.filter((s) => WELL_KNOWN.test(s.id)));
    expect(line?.rows).toBeGreaterThanOrEqual(18);
    expect(line?.median).toBeLessThanOrEqual(0.005);
    expect(line?.p90).toBeLessThanOrEqual(0.012);
    expect(line?.inside).toBeGreaterThanOrEqual(0.95);
    expect(line?.width).toBeLessThanOrEqual(0.15);
  });

  it('all of them: half within 1.5 %, three of four inside their range', () => {
    const line = lineOf(scores.filter(isComparison));
    expect(line?.median).toBeLessThanOrEqual(0.015);
    expect(line?.inside).toBeGreaterThanOrEqual(0.75);
    expect(line?.width).toBeLessThanOrEqual(0.15);
  });
});
