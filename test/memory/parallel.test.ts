// Several GPUs: real wrappers around one rank of a process group that computes nothing. Where ranks differ, the highest is meant.

import { describe, expect, it } from 'vitest';
import { type Comparison, type RowScore, resolveRun, scoreRows } from '../../src/cli/score.ts';
import { measuredLines } from './replayed.ts';

const isComparison = (s: RowScore): s is Comparison => 'counter' in s;
const scores = scoreRows(measuredLines('multi.jsonl'), (row) => resolveRun(row));
const allocated = scores.filter(isComparison).filter((c) => c.counter === 'allocated');
const rowsOf = (pattern: RegExp): Comparison[] => allocated.filter((c) => pattern.test(c.id));

describe('traced ranks', () => {
  it('nearly all to the byte', () => {
    const exact = rowsOf(/\/(ddp|zero|fsdp2)/).filter((c) => Math.abs(c.error) <= 0.0015);
    expect(exact.length / rowsOf(/\/(ddp|zero|fsdp2)/).length).toBeGreaterThanOrEqual(0.85);
  });

  it.each([
    ['DDP', /\/ddp/, 12],
    ['ZeRO 1', /\/zero1/, 1],
    ['ZeRO 2', /\/zero2/, 16],
    ['FSDP2, trained in full', /\/fsdp2.*\/full\//, 35],
    ['FSDP2 with adapters', /\/fsdp2.*\/lora\//, 8],
    ['ZeRO 3, trained in full', /\/zero3.*\/full\//, 23],
  ])('%s: allocated within 0.7 %%, in the phase that was traced', (_name, pattern, count) => {
    const rows = rowsOf(pattern);
    expect(rows).toHaveLength(count);
    expect(rows.filter((c) => Math.abs(c.error) > 0.007).map((c) => [c.id, c.error])).toEqual([]);
    expect(rows.filter((c) => c.phase !== c.measuredPhase).map((c) => c.id)).toEqual([]);
  });

  it('ZeRO 3 with adapters: within 3.5 %', () => {
    const rows = rowsOf(/\/zero3.*\/lora\//);
    expect(rows).toHaveLength(3);
    expect(rows.filter((c) => Math.abs(c.error) > 0.035).map((c) => [c.id, c.error])).toEqual([]);
  });
});
