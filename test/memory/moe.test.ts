// Mixtures of experts against real PyTorch and transformers 5.23 on a GPU that computes nothing, experts through grouped_mm.
// Small rows: every expert gets the same number of tokens; with grouped_mm the bytes do not depend on how they are spread.

import { describe, expect, it } from 'vitest';
import { resolveModel } from '../../src/catalogue/resolve-model.ts';
import { type Comparison, type RowScore, resolveRun, scoreRows } from '../../src/cli/score.ts';
import { planOf } from '../../src/memory/plan.ts';
import { completeRun, type ModelConfig, type RunInput } from '../../src/memory/run.ts';
import { fullProfile, profileByLedger } from '../../src/memory/shortcut.ts';
import { measuredLines, planForShape } from './replayed.ts';

interface Row {
  readonly id: string;
  readonly run: RunInput & { readonly model: { readonly config: ModelConfig } };
}
const lines = measuredLines('moe.jsonl');
const scores = scoreRows(lines, (row) => resolveRun(row));
const isComparison = (s: RowScore): s is Comparison => 'counter' in s;
const compared = scores.filter(isComparison);
const of = (counter: Comparison['counter']): Comparison[] => compared.filter((c) => c.counter === counter);

describe('mixtures of experts', () => {
  it('are all modelled, adapters on stacked experts too', () => {
    expect(scores.filter((s) => !isComparison(s))).toEqual([]);
    expect(of('allocated').length).toBe(44);
  });

  it.each(of('allocated').map((c) => [c.id, c] as const))('%s: allocated within 0.02 %%', (_id, c) => {
    expect(Math.abs(c.error)).toBeLessThanOrEqual(0.0002);
    expect(c.phase).toBe(c.measuredPhase);
  });

  it.each(of('reserved').map((c) => [c.id, c] as const))('%s: reserved within 0.2 %%', (_id, c) => {
    expect(Math.abs(c.error)).toBeLessThanOrEqual(0.002);
  });
});

describe('what is not traced', () => {
  const config = (JSON.parse(lines.find((l) => l.includes('small-mixtral')) ?? '{}') as Row).run.model.config;
  const refusal = (part: Omit<RunInput, 'model' | 'batch'>): string => {
    const model = resolveModel({ config }, () => null);
    if (model.kind !== 'known') throw new Error('the shape is not known');
    const run = completeRun({ ...part, model: {}, batch: { micro: 1, sequence: 128 } });
    const plan = planOf(run, model.shape, null);
    return plan.ok ? 'modelled' : plan.error.field;
  };

  it.each([
    ['adapters on stacked experts', { method: { kind: 'lora', targets: 'all-linear' } }, 'modelled'],
    [
      'dropout there, which PEFT refuses',
      { method: { kind: 'lora', targets: 'all-linear', dropout: 0.1 } },
      'method.targets',
    ],
    [
      'PEFT before it folded adapters',
      { method: { kind: 'lora', targets: 'all-linear' }, versions: { peft: '0.20.0' } },
      'method.targets',
    ],
    ['half of a fused target', { method: { kind: 'lora', targets: ['q_proj', 'w1'] } }, 'method.targets'],
    ['adapters on attention alone', { method: { kind: 'lora', targets: ['q_proj', 'o_proj'] } }, 'modelled'],
    ['quantised weights', { weights: { quantization: 'nf4' } }, 'weights.quantization'],
    ['experts as modules of their own', { versions: { transformers: '4.57.1' } }, 'framework.experts'],
    ['the loop over experts', { framework: { experts: 'eager' } }, 'framework.experts'],
  ] as const)('%s', (_name, part, field) => {
    expect(refusal(part)).toBe(field);
  });
});

describe('identical layers by arithmetic', () => {
  const rows = lines.map((line) => JSON.parse(line) as Row).filter((r) => r.id.startsWith('traced/small-'));
  const families = new Map(rows.map((r) => [String(r.run.model.config.model_type), r.run.model.config]));

  it.each([...families])('%s: equal to the full replay, dense layers first or not', (_type, config) => {
    const model = resolveModel({ config: { ...config, num_hidden_layers: 9 } }, () => null);
    if (model.kind !== 'known') throw new Error('the shape is not known');
    for (const kind of ['none', 'full'] as const) {
      const plan = planForShape(model.shape, { checkpointing: { kind }, weights: { dtype: 'bf16' } });
      const peaks = [fullProfile(plan), profileByLedger(plan)].map((p) => Math.max(...p.segments.map((s) => s.bytes)));
      expect(peaks[1]).toBe(peaks[0]);
    }
  });
});
