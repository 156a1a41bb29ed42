// What is not known widens the range by what it would change, and what is known does not.

import { describe, expect, it } from 'vitest';
import type { Cause, Estimate } from '../../src/memory/estimate.ts';
import { estimateRun } from '../../src/memory/estimate-run.ts';
import { completeRun } from '../../src/memory/run.ts';
import { FACTS, isBefore, olderReleases, valueIn } from '../../src/memory/versions.ts';
import { type RunPart, SMALL } from './replayed.ts';
import { shapeOf } from './shape-of-config.ts';

const KNOWN = { torch: '2.15.0', transformers: '5.23.0' };

function estimate(part: RunPart, unknown: readonly string[] = []): Estimate {
  const run = completeRun({ ...part, model: {}, batch: { micro: 2, sequence: 512, ...part.batch } });
  const result = estimateRun({ run, shape: shapeOf(SMALL), gpu: null, depth: 'allocator', unknown });
  if (!result.ok) throw new Error(`${result.error.field} ${result.error.value}`);
  return result.value;
}
const causeOf = (e: Estimate, id: string): Cause | undefined => e.causes.find((c) => c.id === id);
const ids = (e: Estimate): string[] => e.causes.map((c) => c.id);

describe('versions as intervals', () => {
  it.each([
    ['4.45.2', 'outside'],
    ['4.46.0', 'shifted'],
    ['4.48.3', 'shifted'],
    ['4.49.0', 'current'],
    ['5.23.0', 'current'],
  ])('transformers %s computes the loss in the way called %s', (transformers, code) => {
    expect(valueIn({ transformers }, FACTS.lossCode)).toBe(code);
  });

  it('a version that is not stated is the newest', () => {
    expect(valueIn({}, FACTS.lossCode)).toBe('current');
    expect(valueIn({}, FACTS.keepsWorkspace)).toBe(false);
  });

  it('offers one release before each change, and none older than the model’s own code', () => {
    const releases = olderReleases('transformers', 'llama');
    for (const change of ['4.46', '4.49', '4.54', '5.0'])
      expect(releases.filter((r) => isBefore({ transformers: r }, 'transformers', change))).not.toEqual([]);
    expect(olderReleases('transformers', 'qwen3')).toEqual(['4.53.999', '4.999']);
  });
});

describe('causes that are replayed', () => {
  it('an unknown transformers widens by exactly what older loss code would take', () => {
    const part = { weights: { dtype: 'bf16' }, versions: { torch: '2.15.0' } } satisfies RunPart;
    const cause = causeOf(estimate(part), 'transformers-version');
    const peaks = ['4.45.2', '4.48.3', '4.53.0'].map(
      (transformers) => estimate({ ...part, versions: { ...KNOWN, transformers } }).peak.allocated.expected,
    );
    const expected = estimate({ ...part, versions: KNOWN }).peak.allocated.expected;
    expect(cause?.above).toBeGreaterThan(0);
    // The alternatives are compared without the pool's slack.
    expect(Math.abs((cause?.above ?? 0) - (Math.max(...peaks) - expected))).toBeLessThan(0.02 * expected);
  });

  it('known versions are no cause', () => {
    expect(ids(estimate({ versions: KNOWN }))).not.toContain('transformers-version');
    expect(ids(estimate({ versions: KNOWN }))).not.toContain('torch-version');
  });

  it('a limit on the length can only lower the answer', () => {
    const cause = causeOf(estimate({ versions: KNOWN }, ['batch.length']), 'length-is-a-limit');
    expect(cause?.below).toBeGreaterThan(0);
    expect(cause?.above).toBe(0);
  });

  it('an attention kernel that is not stated reaches up to eager’s scores', () => {
    const part = { weights: { dtype: 'bf16' }, attention: 'flash', versions: KNOWN } satisfies RunPart;
    const open = estimate(part, ['attention']).peak.allocated;
    const eager = estimate({ ...part, attention: 'eager' }).peak.allocated.expected;
    expect(open.high).toBeGreaterThan(0.95 * eager); // without the pool's slack
    expect(estimate(part).peak.allocated.high).toBeLessThan(open.high);
  });

  it('a library’s own loop keeps no outputs', () => {
    const own = { weights: { dtype: 'bf16' }, versions: KNOWN } satisfies RunPart;
    expect(ids(estimate({ ...own, framework: { name: 'llama-factory' } }))).not.toContain('outputs-held');
  });

  it('nothing is replayed while typing', () => {
    const run = completeRun({ model: {}, batch: { micro: 2, sequence: 512 } });
    const result = estimateRun({ run, shape: shapeOf(SMALL), gpu: null, depth: 'ledger', unknown: ['attention'] });
    expect(result.ok && ids(result.value)).not.toContain('attention-not-stated');
  });
});
