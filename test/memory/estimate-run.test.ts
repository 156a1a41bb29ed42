import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Estimate } from '../../src/memory/estimate.ts';
import { estimateRun } from '../../src/memory/estimate-run.ts';
import { completeRun } from '../../src/memory/run.ts';
import { type RunPart, SMALL } from './replayed.ts';
import { type LlamaConfig, shapeOf } from './shape-of-config.ts';

function estimate(config: LlamaConfig, part: RunPart, depth: Estimate['depth'] = 'ledger'): Estimate {
  const run = completeRun({ ...part, model: {}, batch: { micro: 2, sequence: 256, ...part.batch } });
  const result = estimateRun({ run, shape: shapeOf(config), gpu: null, depth });
  if (!result.ok) throw new Error(`${result.error.field} ${result.error.value}`);
  return result.value;
}

const runs = fc.record({
  dtype: fc.constantFrom('fp32', 'bf16', 'fp16'),
  autocast: fc.constantFrom('none', 'bf16', 'fp16'),
  kind: fc.constantFrom('full', 'lora', 'freeze'),
  attention: fc.constantFrom('flash', 'sdpa', 'eager'),
  mask: fc.constantFrom('none', 'padded'),
  checkpointing: fc.constantFrom('none', 'full'),
  layers: fc.integer({ min: 1, max: 9 }),
  micro: fc.integer({ min: 1, max: 4 }),
  sequence: fc.constantFrom<number>(64, 200, 512),
  accumulation: fc.integer({ min: 1, max: 2 }),
});
const partOf = (x: typeof runs extends fc.Arbitrary<infer T> ? T : never): RunPart =>
  ({
    weights: { dtype: x.dtype },
    autocast: x.autocast,
    method: { kind: x.kind, trainableLayers: 1 },
    attention: x.attention,
    mask: x.mask,
    checkpointing: { kind: x.checkpointing },
    batch: { micro: x.micro, sequence: x.sequence, accumulation: x.accumulation },
  }) as RunPart;

describe('any run', () => {
  it('has terms and parts that add up to the peak exactly, at both depths', () => {
    fc.assert(
      fc.property(runs, fc.constantFrom('ledger', 'allocator'), (x, depth) => {
        const e = estimate({ ...SMALL, num_hidden_layers: x.layers }, partOf(x), depth);
        expect(e.terms.reduce((n, t) => n + t.bytes, 0)).toBe(e.peak.allocated.expected);
        for (const t of e.terms) expect(t.parts.reduce((n, p) => n + p.bytes, 0)).toBe(t.bytes);
        expect(e.terms.every((t) => t.bytes > 0)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('never needs less with more rows or longer ones', () => {
    fc.assert(
      fc.property(runs, fc.integer({ min: 1, max: 3 }), (x, more) => {
        const config = { ...SMALL, num_hidden_layers: x.layers };
        const allocated = (y: typeof x): number => estimate(config, partOf(y)).peak.allocated.expected;
        expect(allocated({ ...x, micro: x.micro + more })).toBeGreaterThanOrEqual(allocated(x));
        expect(allocated({ ...x, sequence: x.sequence * 2 })).toBeGreaterThanOrEqual(allocated(x));
      }),
      { numRuns: 40 },
    );
  });

  it('has ranges in order, each around its expected value', () => {
    fc.assert(
      fc.property(runs, (x) => {
        const { peak } = estimate({ ...SMALL, num_hidden_layers: x.layers }, partOf(x));
        for (const { low, expected, high } of Object.values(peak)) {
          expect(low).toBeLessThanOrEqual(expected);
          expect(expected).toBeLessThanOrEqual(high);
        }
        expect(peak.device.expected).toBeGreaterThan(peak.reserved.expected);
      }),
      { numRuns: 20 },
    );
  });
});

describe('what is not modelled', () => {
  it('is named, with the bytes the run holds in any case', () => {
    const run = completeRun({
      model: {},
      batch: { micro: 1, sequence: 64 },
      weights: { dtype: 'bf16' },
      framework: { compile: true },
    });
    const shape = shapeOf(SMALL);
    const result = estimateRun({ run, shape, gpu: null, depth: 'ledger' });
    // 4 layers of 786,944 (linears 786,432, norms 512), table and head of 262,144, the last norm; 2 + 2 + 4 bytes each.
    expect(result).toEqual({
      ok: false,
      error: { field: 'framework.compile', value: 'true', floor: (4 * 786_944 + 2 * 262_144 + 256) * 8 },
    });
  });

  it('includes a batch without a size', () => {
    const run = completeRun({ model: {}, batch: { micro: 1, sequence: Number.NaN } });
    expect(estimateRun({ run, shape: shapeOf(SMALL), gpu: null, depth: 'ledger' })).toMatchObject({
      error: { field: 'batch.sequence' },
    });
  });
});

it('says that a card was assumed', () => {
  expect(estimate(SMALL, {}).causes.map((c) => c.id)).toContain('card-not-set');
});
