import { describe, expect, it } from 'vitest';
import { GiB } from '../../src/base/bytes.ts';
import { gpus } from '../../src/catalogue/gpus.ts';
import { parseTarget, printSize, printTarget, printUsable } from '../../src/service/target.ts';

const target = (text: string) => {
  const found = parseTarget(text);
  if (!found.ok) throw new Error(found.error);
  return found.value;
};

describe('targets', () => {
  it.each([
    ['RTX 4090', 'RTX 4090 24 GiB'],
    ['rtx4090', 'RTX 4090 24 GiB'],
    ['4090', 'RTX 4090 24 GiB'],
    ['2x RTX 3090', '2 × RTX 3090 24 GiB'],
    ['2×RTX 3090', '2 × RTX 3090 24 GiB'],
    ['2 RTX 3090', '2 × RTX 3090 24 GiB'],
    ['A100 80GB ×8', '8 × A100 80GB'],
    ['8 * A100 80GB', '8 × A100 80GB'],
    ['24 GiB', '24 GiB'],
    ['24gib', '24 GiB'],
    ['4 x 24 GiB', '4 × 24 GiB'],
    ['24GB', '24 GB = 22.4 GiB'],
    ['24576 MiB', '24576 MiB'],
    ['0.5 TiB', '0.5 TiB'],
  ])('%s is printed as %s', (text, printed) => {
    expect(printTarget(target(text))).toBe(printed);
  });

  it('a decimal budget is decimal', () => {
    expect(target('24GB').capacity).toBe(24e9);
    expect(target('24 GiB').capacity).toBe(24 * GiB);
  });

  it('a count is of cards, never part of a name or a size', () => {
    expect(target('RTX 4090').count).toBe(1);
    expect(target('24 GB').count).toBe(1);
    expect(target('8 x 24 GiB')).toMatchObject({ count: 8, capacity: 24 * GiB, gpu: null });
  });

  it('tells what is left of a card for programs', () => {
    expect(printUsable(target('RTX 4090'), 'en')).toMatch(/^RTX 4090 24 GiB \(2[34]\.\d GiB usable\)$/);
    expect(printUsable(target('24 GiB'), 'en')).toBe('24 GiB');
  });

  it.each([
    '',
    '24',
    '0 GiB',
    '0x RTX 4090',
    'RTX 9999 Super Duper',
    '-5 GiB',
    'NaN GiB',
    '1e400 GiB',
    '999999999999999 TiB',
  ])('refuses %j and says what is accepted, in both languages', (text) => {
    for (const language of ['en', 'zh-cn'] as const) {
      const found = parseTarget(text, language);
      expect(found).toMatchObject({ ok: false, error: expect.stringMatching(/GiB/) });
      if (!found.ok && language === 'zh-cn') expect(found.error).toMatch(/\p{Script=Han}/u);
    }
  });
});

describe('the size of a card', () => {
  it('is what its name says, and a little more than what it leaves to programs', () => {
    const sizes = Object.fromEntries(gpus.map((gpu) => [gpu.name, printSize(gpu)]));
    expect(sizes).toMatchObject({ 'RTX 4090': '24 GiB', A10: '24 GiB', 'H100 NVL 94GB': '94 GiB', MI300X: '192 GiB' });
    for (const { name, capacity } of gpus) {
      const size = Number(sizes[name]?.replace(/^(\d+) GiB$/, '$1')) * GiB;
      expect(capacity, name).toBeLessThanOrEqual(size);
      expect(capacity, name).toBeGreaterThan(0.85 * size);
    }
  });
});
