// Vision-language models against real PyTorch and transformers 5.23 on a GPU that computes nothing: text alone, and one image a row.
// cuDNN cannot run there: a patch embedding holds what its convolution holds, without a workspace.

import { describe, expect, it } from 'vitest';
import { resolveModel } from '../../src/catalogue/resolve-model.ts';
import { type Comparison, type RowScore, resolveRun, scoreRows } from '../../src/cli/score.ts';
import { estimateRun } from '../../src/memory/estimate-run.ts';
import { completeRun, type RunInput } from '../../src/memory/run.ts';
import { measuredLines } from './replayed.ts';

const lines = measuredLines('vision.jsonl');
const scores = scoreRows(lines, (row) => resolveRun(row));
const isComparison = (s: RowScore): s is Comparison => 'counter' in s;
const allocated = scores.filter(isComparison).filter((c) => c.counter === 'allocated');
const of = (what: string): [string, Comparison][] => allocated.filter((c) => c.id.includes(what)).map((c) => [c.id, c]);

describe('models with a vision tower', () => {
  it('are all replayed', () => {
    expect(scores.filter((s) => !isComparison(s))).toEqual([]);
  });

  it.each(of('/text/'))('%s: a step on text alone within 0.02 %%', (_id, c) => {
    expect(Math.abs(c.error)).toBeLessThanOrEqual(0.0002);
    expect(c.phase).toBe(c.measuredPhase);
  });

  // The tensors are the same to the byte; in models of half a gigabyte the rest of a split block shows.
  it.each(of('/image'))('%s: images within 1.2 %%', (_id, c) => {
    expect(Math.abs(c.error)).toBeLessThanOrEqual(0.012);
    expect(c.phase).toBe(c.measuredPhase);
  });
});

describe('how many images there are', () => {
  const peak = (batch: Partial<RunInput['batch']>, method: RunInput['method'] = {}) => {
    const model = resolveModel({ id: 'Qwen/Qwen2.5-VL-3B-Instruct' }, () => null);
    if (model.kind !== 'known') throw new Error('the shape is not known');
    const run = completeRun({
      model: {},
      method,
      weights: { dtype: 'bf16' },
      batch: { micro: 1, sequence: 2048, ...batch },
      versions: { torch: '2.15.0', transformers: '5.23.0' },
    });
    const result = estimateRun({ run, shape: model.shape, gpu: null, depth: 'allocator' });
    if (!result.ok) throw new Error(result.error.field);
    return result.value;
  };

  it('widens the range unless it is said', () => {
    const open = peak({});
    expect(open.causes.map((c) => c.id)).toContain('images-not-stated');
    expect(peak({ imageTokens: 752 }).causes.map((c) => c.id)).not.toContain('images-not-stated');
    expect(open.peak.allocated.expected).toBe(peak({ imageTokens: 752 }).peak.allocated.expected);
  });

  it('holds more the more there are, and less where the tower is frozen', () => {
    const tokens = [0, 256, 1024].map((imageTokens) => peak({ imageTokens }).peak.allocated.expected);
    expect([...tokens].sort((a, b) => a - b)).toEqual(tokens);
    const frozen = peak({ imageTokens: 1024 }, { kind: 'full', frozen: ['tower', 'projector'] });
    expect(frozen.peak.allocated.expected).toBeLessThan(tokens[2] ?? 0);
    expect(frozen.trainable).toBeLessThan(peak({}).trainable);
  });
});
