import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GiB } from '../../src/base/bytes.ts';
import { bars, layCapacity, layStep, scaleOver, sideOf, stack } from '../../webview/charts/layout.ts';

const sizes = fc.array(fc.double({ min: 0, max: 1e13, noNaN: true }), { minLength: 1, maxLength: 12 });

describe('the stack', () => {
  it('fills the width, in order, without gaps', () => {
    fc.assert(
      fc.property(sizes, (values) => {
        const stretches = stack(values);
        let end = 0;
        for (const { start, size } of stretches) {
          expect(start).toBeCloseTo(end, 9);
          end = start + size;
        }
        expect(end).toBeCloseTo(values.some((value) => value > 0) ? 1 : 0, 9);
      }),
    );
  });

  it('shows what is there, however small, and gives nothing to nothing', () => {
    const stretches = stack([14 * GiB, 1, 0]);
    expect(stretches[1]?.size).toBeGreaterThan(0.003);
    expect(stretches[2]?.size).toBe(0);
  });

  it('is proportional where nothing is tiny', () => {
    expect(stack([3, 1]).map(({ size }) => size)).toEqual([0.75, 0.25]);
  });
});

describe('the axis', () => {
  it('holds every value, with round ticks from 0 to its end', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e5, max: 4e12, noNaN: true }), (value) => {
        const { end, ticks } = scaleOver([value]);
        expect(end).toBeGreaterThanOrEqual(value);
        expect(ticks.length).toBeGreaterThanOrEqual(3);
        expect(ticks.length).toBeLessThanOrEqual(7);
        expect(ticks[0]).toEqual({ at: 0, bytes: 0 });
        expect(ticks.at(-1)?.at).toBe(1);
        const step = (ticks[1]?.bytes ?? 0) / GiB;
        expect(Number(step.toPrecision(1))).toBeCloseTo(step, 9);
      }),
    );
  });

  it('stands still while the total grows a little', () => {
    expect(scaleOver([20.1 * GiB, 24 * GiB]).end).toBe(scaleOver([20.2 * GiB, 24 * GiB]).end);
  });
});

describe('the capacity bar', () => {
  const total = { low: 20 * GiB, expected: 21 * GiB, high: 23 * GiB };

  it('puts the whisker over the end of the bar, and the card where it belongs', () => {
    const layout = layCapacity(total, 24 * GiB);
    expect(layout.whisker.start).toBeLessThan(layout.filled);
    expect(layout.whisker.start + layout.whisker.size).toBeGreaterThan(layout.filled);
    expect((layout.capacity ?? 0) * layout.end).toBeCloseTo(24 * GiB, 0);
  });

  it('keeps everything inside the axis when the run is far over the card', () => {
    const layout = layCapacity({ low: 1900 * GiB, expected: 2000 * GiB, high: 2100 * GiB }, 24 * GiB);
    expect(layout.whisker.start + layout.whisker.size).toBeLessThanOrEqual(1);
    expect(layout.capacity).toBeGreaterThan(0);
  });

  it('has no mark without a card', () => {
    expect(layCapacity(total, null).capacity).toBeNull();
  });

  it('labels a mark on the side that has room', () => {
    expect([sideOf(0.1), sideOf(0.9)]).toEqual(['after', 'before']);
  });
});

describe('the step', () => {
  const walk = { bytes: 8, course: [0, 0.5, 1].map((at) => ({ at, bytes: 4 + 4 * at })) };
  const level = { bytes: 6, course: [] };

  it('runs from end to end without going back, and its highest point touches the top', () => {
    const { line } = layStep([walk, level]);
    const across = line.map(({ x }) => x);
    expect(across).toEqual([...across].sort((x, y) => x - y));
    expect([across[0], across.at(-1)]).toEqual([0, 1]);
    expect(Math.max(...line.map(({ y }) => y))).toBe(1);
  });

  it('gives most of the width to what walks through the model, and draws the rest level', () => {
    const { zones, line } = layStep([walk, level]);
    expect(zones.map(({ size }) => size)).toEqual([2 / 3, 1 / 3]);
    expect(line.slice(-2).map(({ y }) => y)).toEqual([0.75, 0.75]);
  });
});

describe('bars', () => {
  it('measure against the largest', () => {
    expect(bars([2, 8, 4])).toEqual([0.25, 1, 0.5]);
  });

  it('of nothing are empty', () => {
    expect(bars([0, 0])).toEqual([0, 0]);
  });
});
