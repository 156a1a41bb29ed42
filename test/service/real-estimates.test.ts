import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { analyse } from '../../src/service/analyse.ts';
import type { Environment } from '../../src/service/analysis-types.ts';
import { breakdown } from '../../src/service/breakdown.ts';
import { en } from '../../src/service/words/en.ts';
import { zhCn } from '../../src/service/words/zh-cn.ts';
import { environment } from '../support/environment.ts';

// The other tests of this room have a stand-in behind them; these have the replay.
const folder = new URL('../fixtures/service/hints/', import.meta.url);
const texts = ['full.yaml', 'one-line.json'].map((name) => ({
  name,
  text: readFileSync(new URL(name, folder), 'utf8').replace('Qwen2.5-7B-Instruct', 'Qwen2.5-0.5B'),
}));
const environments: readonly Environment[] = (['ledger', 'allocator'] as const).flatMap((depth) =>
  [null, 'RTX 4090'].map((gpu) => ({ ...environment(gpu), depth })),
);
const estimates = texts.flatMap(({ name, text }) =>
  environments.map((env) => {
    const a = analyse(text, name, env);
    if (!a.estimate) throw new Error(`${name}: ${JSON.stringify(a.floor ?? a.model)}`);
    return { a, estimate: a.estimate };
  }),
);

describe('with the replay behind it', () => {
  it('the slices of the panel add up to the allocated peak', () => {
    for (const { a, estimate } of estimates) {
      const outcome = breakdown(a)?.outcome;
      const slices = outcome?.kind === 'estimate' ? outcome.terms : [];
      expect(slices.reduce((n, slice) => n + slice.bytes, 0)).toBe(estimate.peak.allocated.expected);
    }
  });

  it('the phases that are shown reach the peak, and none shows nothing', () => {
    for (const { a, estimate } of estimates) {
      const outcome = breakdown(a)?.outcome;
      const phases = outcome?.kind === 'estimate' ? outcome.phases : [];
      expect(Math.max(...phases.map((p) => p.bytes))).toBe(estimate.peak.allocated.expected);
      expect(phases.filter((p) => p.bytes === 0)).toEqual([]);
    }
  });

  it('a step walks up through the model and down again, and never above its phase', () => {
    for (const { a } of estimates) {
      const outcome = breakdown(a)?.outcome;
      const phases = outcome?.kind === 'estimate' ? outcome.phases : [];
      const walks = phases.filter(({ id, course }) => id !== 'load' && course.length > 0);
      expect(walks.map(({ id }) => id)).toEqual(['forward', 'backward']);
      for (const { course, bytes } of walks) {
        const places = course.map(({ at }) => at);
        expect(places).toEqual([...places].sort((x, y) => x - y));
        expect(places[0]).toBe(0);
        expect(places.at(-1)).toBeLessThanOrEqual(1);
        expect(Math.max(...course.map((moment) => moment.bytes))).toBeLessThanOrEqual(bytes);
      }
      const [forward, backward] = walks.map(({ course }) => course);
      expect(forward?.at(-1)?.bytes).toBeGreaterThan(forward?.[0]?.bytes ?? 0);
      expect(backward?.[0]?.bytes).toBeGreaterThan(backward?.at(-1)?.bytes ?? 0);
    }
  });

  it('every reason for a range has a sentence in both languages', () => {
    const ids = new Set(estimates.flatMap(({ estimate }) => estimate.causes.map((cause) => cause.id)));
    expect(ids.size).toBeGreaterThan(1);
    for (const { causes } of [en, zhCn]) expect([...ids].filter((id) => !(id in causes))).toEqual([]);
  });
});
