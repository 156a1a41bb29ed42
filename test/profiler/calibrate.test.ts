// Fits of parts, composed by the worst moment: exact for what grows as a step does, and honest where it does not.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { extrapolate, type Point } from '../../src/profiler/calibrate.ts';
import { planComputed } from '../../src/profiler/plan.ts';
import { COMPUTING } from '../../src/profiler/rungs.ts';
import type { Size } from '../../src/profiler/shrink.ts';
import { smallRun } from './runs.ts';

const ROOMY = { seconds: 1e6, bytes: 1e12 };

function sizes(): readonly Size[] {
  const { run, shape } = smallRun({ config: { num_hidden_layers: 8, vocab_size: 4096 } });
  const plan = planComputed(run, shape, 'cpu', ROOMY);
  if (!plan.ok) throw new Error('the plan has sizes');
  return plan.value.jobs.map((job) => job.size);
}

const LARGE: Size = { layers: 32, sequence: 4096, micro: 8, vocabulary: 128_256 };

/** Two moments that no single formula covers: the first is the worst of every small size, the second of the large one. */
const moments = ({ layers, sequence, micro, vocabulary }: Size): [number, number] => {
  const tokens = sequence * micro;
  return [5e8 + 12 * tokens * layers, 7 * tokens * vocabulary + 4 * layers * micro * sequence ** 2 + 1000 * layers];
};

const pointAt = (size: Size): Point => {
  const [a, b] = moments(size);
  return {
    size,
    saved: { activations: 3 * size.micro * size.sequence * size.layers },
    moments: [{ phase: 'backward', place: 'last', held: [a, b] }],
  };
};

test('a peak that moves to another moment is found', () => {
  const points = sizes().map(pointAt);
  const large = extrapolate(points, LARGE);
  const [a, b] = moments(LARGE);
  expect(points.every((p) => (p.moments[0]?.held[0] ?? 0) > (p.moments[0]?.held[1] ?? 0))).toBe(true);
  expect(b).toBeGreaterThan(a);
  expect((large?.peak ?? 0) / b).toBeCloseTo(1, 6);
  expect((large?.saved.activations ?? 0) / (3 * 8 * 4096 * 32)).toBeCloseTo(1, 6);
  expect(large?.misfit).toBeLessThan(1e-9);
});

test('any sum of the counts is extrapolated exactly', () => {
  const small = sizes();
  const share = fc.integer({ min: 0, max: 1000 });
  fc.assert(
    fc.property(fc.array(share, { minLength: 9, maxLength: 9 }), (shares) => {
      const bytes = ({ layers, sequence, micro, vocabulary }: Size): number => {
        const n = sequence * micro;
        const counts = [
          1,
          layers,
          vocabulary,
          n,
          n * layers,
          n * vocabulary,
          n * sequence,
          n * sequence * layers,
          sequence,
        ];
        return 1 + counts.reduce((sum, count, i) => sum + count * (shares[i] ?? 0), 0);
      };
      const points = small.map(
        (size): Point => ({
          size,
          saved: {},
          moments: [{ phase: 'forward', place: 'above', held: [bytes(size)] }],
        }),
      );
      expect((extrapolate(points, LARGE)?.peak ?? 0) / bytes(LARGE)).toBeCloseTo(1, 5);
    }),
    { numRuns: 50 },
  );
});

test('what does not grow so is a misfit', () => {
  const points = sizes().map((size) => ({
    ...pointAt(size),
    moments: [{ phase: 'backward' as const, place: 'last' as const, held: [1e6 + (size.layers * size.sequence) ** 2] }],
  }));
  expect(extrapolate(points, LARGE)?.misfit).toBeGreaterThan(1e-4);
});

test('shapes that ran other operations are not put together', () => {
  const [first, ...rest] = sizes().map(pointAt);
  if (!first) throw new Error('there are points');
  const other = { ...first, moments: [{ phase: 'backward' as const, place: 'last' as const, held: [1, 2, 3] }] };
  expect(extrapolate([other, ...rest], LARGE)).toBeNull();
});

test('a slower rung gets a narrower model, and none gets what no narrowing makes small enough', () => {
  const { run, shape } = smallRun({
    config: { hidden_size: 1024, intermediate_size: 4096, num_attention_heads: 16, num_key_value_heads: 8 },
  });
  const widths = (['tfjs-node', 'cpu'] as const).map((rung) => {
    const plan = planComputed(run, shape, rung, { seconds: 60, bytes: 8e9 });
    return plan.ok ? plan.value.narrowing.hidden : null;
  });
  expect(widths[0]).toBeLessThan(widths[1] ?? 0);
  expect(planComputed(run, shape, 'cpu', { seconds: COMPUTING.cpu.overhead, bytes: 8e9 })).toEqual({
    ok: false,
    error: 'over-budget',
  });
});
