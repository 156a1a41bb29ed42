import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import type { Language } from '../../src/base/language.ts';
import { analyse } from '../../src/service/analyse.ts';
import { type Breakdown, breakdown } from '../../src/service/breakdown.ts';
import { environment } from '../support/environment.ts';

vi.mock('../../src/memory/estimate-run.ts', () => import('../support/linear-estimate.ts'));

const text = readFileSync(new URL('../fixtures/service/hints/full.yaml', import.meta.url), 'utf8');
const drawn = (source = text, gpu: string | null = 'RTX 4090', language: Language = 'en'): Breakdown => {
  const found = breakdown(analyse(source, 'configs/full.yaml', environment(gpu, language)));
  if (!found) throw new Error('the fixture is a training config');
  return found;
};
const estimated = (found: Breakdown) => {
  if (found.outcome.kind !== 'estimate') throw new Error(found.outcome.kind);
  return found.outcome;
};

describe('the breakdown', () => {
  it('is plain JSON', () => {
    expect(JSON.parse(JSON.stringify(drawn()))).toEqual(drawn());
  });

  it('says the whole', async () => {
    await expect(`${JSON.stringify(drawn(), null, 2)}\n`).toMatchFileSnapshot(
      '../fixtures/service/full.breakdown.json',
    );
  });

  it('deals the allocated peak out exactly, largest first', () => {
    const { terms, counters } = estimated(drawn());
    const sum = terms.reduce((n, term) => n + term.bytes, 0);
    expect(sum).toBe(counters.find((c) => c.id === 'allocated')!.range.expected);
    expect(terms.reduce((n, term) => n + term.share, 0)).toBeCloseTo(1, 10);
    expect(terms.map((t) => t.bytes)).toEqual(terms.map((t) => t.bytes).sort((x, y) => y - x));
  });

  it('points each term at its key in the file', () => {
    const keys = estimated(drawn()).terms.flatMap((term) => (term.key ? [[term.id, term.key] as const] : []));
    expect(keys.length).toBeGreaterThan(3);
    for (const [, key] of keys) expect(text.slice(key.start, key.end)).toBe(key.name);
    expect(Object.fromEntries(keys.map(([id, key]) => [id, key.name]))).toMatchObject({
      optimizer: 'optim',
      activations: 'cutoff_len',
    });
  });

  it('names the phases in the order of a step, and one of them as the peak', () => {
    const { phases } = estimated(drawn());
    expect(phases.map((p) => p.id)).toEqual(['forward', 'backward', 'optimizer']);
    expect(phases.filter((p) => p.peak).map((p) => p.id)).toEqual(['backward']);
  });

  it('says what was assumed once it is known', () => {
    const assumed = (gpu: string) =>
      Object.fromEntries(drawn(text, gpu).assumptions.map(({ field, value }) => [field, value]));
    expect(assumed('RTX 4090')).toMatchObject({ 'Type of the weights': 'bf16', GPUs: '1' });
    expect(assumed('4x RTX 4090')).toMatchObject({ GPUs: '4' });
  });

  it('gives a floor or the reason where there is no estimate', () => {
    expect(drawn(`${text}use_dora: true\nfinetuning_type: lora\n`).outcome).toMatchObject({
      kind: 'floor',
      why: expect.stringContaining('DoRA'),
    });
    expect(drawn(text.replace('Qwen/Qwen2.5-7B-Instruct', 'x/y')).outcome).toMatchObject({
      kind: 'none',
      why: expect.stringContaining('config.json'),
    });
  });

  it('guesses no GPU', () => {
    expect(drawn(text, null)).toMatchObject({ target: null, targetText: 'GPU not set' });
  });

  it('is Chinese throughout', () => {
    const found = drawn(text, 'RTX 4090', 'zh-cn');
    const labels = [
      ...Object.values(found.headings),
      ...estimated(found).phases.map((p) => p.label),
      ...found.assumptions.map((a) => a.why),
    ];
    for (const label of labels) expect(label).toMatch(/\p{Script=Han}/u);
  });
});
