// Stages that compare: traced runs of LLaMA-Factory's and TRL's own trainers, and what must hold of any run.

import { describe, expect, it } from 'vitest';
import { findGpu } from '../../src/catalogue/gpus.ts';
import { resolveModel } from '../../src/catalogue/resolve-model.ts';
import type { Estimate, Phase } from '../../src/memory/estimate.ts';
import { estimateRun } from '../../src/memory/estimate-run.ts';
import { completeRun, type RunInput } from '../../src/memory/run.ts';
import { parameterCount } from '../../src/memory/shape.ts';
import { measuredLines, type RunPart, SMALL } from './replayed.ts';
import { shapeOf } from './shape-of-config.ts';

interface Row {
  readonly id: string;
  readonly run: RunInput;
  readonly measured: { readonly allocated: number };
  readonly trainable: number;
}

const rows = measuredLines('stages.jsonl').map((line) => JSON.parse(line) as Row);
const LIMIT = 0.005;

describe('traced trainers', () => {
  it.each(rows.map((row) => [row.id, row] as const))('%s', (_, row) => {
    const model = resolveModel(row.run.model, () => null);
    if (model.kind !== 'known') throw new Error('the row states its whole shape');
    const run = completeRun(row.run);
    const result = estimateRun({ run, shape: model.shape, gpu: findGpu(run.gpu ?? ''), depth: 'allocator' });
    if (!result.ok) throw new Error(`${result.error.field}=${result.error.value}`);
    const { peak, trainable } = result.value;
    expect(Math.abs(peak.allocated.expected / row.measured.allocated - 1)).toBeLessThan(LIMIT);
    expect(trainable).toBe(row.trainable);
  });
});

const shape = shapeOf(SMALL);
function estimate(part: RunPart): Estimate {
  const run = completeRun({
    weights: { dtype: 'bf16' },
    ...part,
    model: {},
    batch: { micro: 1, sequence: 512, ...part.batch },
  });
  const result = estimateRun({ run, shape, gpu: null, depth: 'ledger' });
  if (!result.ok) throw new Error(`${result.error.field}=${result.error.value}`);
  return result.value;
}
const phase = (e: Estimate, name: Phase): number => e.phases.find((p) => p.name === name)?.allocated ?? 0;
const expected = (e: Estimate): number => e.peak.allocated.expected;

describe('what is compared with', () => {
  it('a second model costs its weights, wherever the run peaks', () => {
    const alone = estimate({ stage: 'dpo', reference: 'precomputed' });
    const beside = estimate({ stage: 'dpo', reference: 'model' });
    const weights = parameterCount(shape) * 2;
    for (const name of ['backward', 'optimizer'] as const) {
      const more = phase(beside, name) - phase(alone, name);
      expect(more).toBeGreaterThan(weights);
      expect(more).toBeLessThan(weights * 1.01);
    }
  });

  it('adapters turned off cost a pass, and no weights', () => {
    const method = { kind: 'lora' } as const;
    const off = estimate({ stage: 'dpo', method });
    const without = estimate({ stage: 'dpo', method, reference: 'precomputed' });
    expect(phase(off, 'backward')).toBe(phase(without, 'backward'));
    expect(phase(off, 'reference')).toBeGreaterThan(0);
    expect(phase(without, 'reference')).toBe(0);
  });

  it('is in memory by default with a full method alone', () => {
    const is = (part: RunPart): string =>
      completeRun({ ...part, model: {}, batch: { micro: 1, sequence: 8 } }).reference;
    expect(is({ stage: 'dpo' })).toBe('model');
    expect(is({ stage: 'kto', method: { kind: 'lora' } })).toBe('adapter-off');
    expect(is({ stage: 'orpo' })).toBe('none');
    expect(is({ stage: 'sft' })).toBe('none');
  });
});

it('a second model that would lie in parts is refused by name', () => {
  const run = (reference: 'model' | 'adapter-off') =>
    estimateRun({
      run: completeRun({
        model: {},
        stage: 'dpo',
        reference,
        method: { kind: 'lora' },
        weights: { dtype: 'bf16' },
        batch: { micro: 1, sequence: 64 },
        parallel: { gpus: 2, strategy: 'zero3' },
      }),
      shape,
      gpu: null,
      depth: 'ledger',
    });
  expect(run('model')).toMatchObject({ ok: false, error: { field: 'reference', value: 'model' } });
  expect(run('adapter-off').ok).toBe(true);
});

describe('pairs', () => {
  it('have two rows a sample', () => {
    const pairs = estimate({ stage: 'simpo', batch: { micro: 2 } });
    const single = estimate({ stage: 'simpo', batch: { micro: 1 } });
    expect(expected(pairs) - expected(single)).toBeGreaterThan(2 * 512 * shape.vocabulary * 4);
  });

  it('leave unscored tokens out of a fused head', () => {
    const run = (scoredTokens: number): number =>
      expected(estimate({ stage: 'dpo', loss: { form: 'tiled-head', scoredTokens }, batch: { micro: 16 } }));
    expect(run(64)).toBeLessThan(run(512));
  });
});
