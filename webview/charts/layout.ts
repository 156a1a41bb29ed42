// Where things stand in the charts, as shares of their width. Pure: no DOM, no pixels, no colours.

import { GiB } from '../../src/base/bytes.ts';

/** A stretch of a bar; both are shares of its width. */
export interface Stretch {
  readonly start: number;
  readonly size: number;
}

/** A share too small to see is drawn this wide, at the cost of the others. */
const SMALLEST = 0.004;

/** Lays the values end to end over the whole width, in their order; zeros take no room. */
export function stack(values: readonly number[]): readonly Stretch[] {
  const total = values.reduce((sum, value) => sum + value, 0);
  if (total <= 0) return values.map(() => ({ start: 0, size: 0 }));
  const floor = Math.min(SMALLEST, 1 / values.length);
  const wanted = values.map((value) => (value > 0 ? Math.max(value / total, floor) : 0));
  const scale = 1 / wanted.reduce((sum, size) => sum + size, 0);
  let start = 0;
  return wanted.map((size) => {
    const stretch = { start, size: size * scale };
    start += stretch.size;
    return stretch;
  });
}

export interface Tick {
  readonly at: number;
  readonly bytes: number;
}

export interface Scale {
  /** The right end of the axis, in bytes. */
  readonly end: number;
  readonly ticks: readonly Tick[];
}

/**
 * An axis from 0 that holds all values, with at most six round steps. Its end moves in whole ticks, so a total that
 * grows by a few bytes a keystroke does not make the chart breathe.
 */
export function scaleOver(values: readonly number[]): Scale {
  const most = Math.max(...values, 1);
  const step = roundStep(most / 5);
  const count = Math.ceil((most * 1.02) / step);
  const ticks = Array.from({ length: count + 1 }, (_, i) => ({ at: i / count, bytes: i * step }));
  return { end: count * step, ticks };
}

/** The least of 1, 2, 4, 8 × 10ⁿ GiB (n may be negative) that is not below `least`: card sizes fall on such steps. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least / GiB));
  const lead = [1, 2, 4, 8, 10].find((factor) => factor * power * GiB >= least) ?? 10;
  return lead * power * GiB;
}

export interface CapacityLayout extends Scale {
  readonly filled: number;
  /** From the low to the high end of the total. */
  readonly whisker: Stretch;
  /** Null: no card is set. */
  readonly capacity: number | null;
}

export interface Total {
  readonly low: number;
  readonly expected: number;
  readonly high: number;
}

export function layCapacity(total: Total, capacity: number | null): CapacityLayout {
  const scale = scaleOver(capacity === null ? [total.high] : [total.high, capacity]);
  const at = (bytes: number): number => bytes / scale.end;
  return {
    ...scale,
    filled: at(total.expected),
    whisker: { start: at(total.low), size: at(total.high - total.low) },
    capacity: capacity === null ? null : at(capacity),
  };
}

/** On which side of its mark a label has room. */
export function sideOf(at: number): 'after' | 'before' {
  return at > 0.5 ? 'before' : 'after';
}

/** Bars against the largest of them. */
export function bars(values: readonly number[]): readonly number[] {
  const most = Math.max(...values, 1);
  return values.map((value) => value / most);
}

export interface Moment {
  /** Where in its phase, from 0 to 1. */
  readonly at: number;
  readonly bytes: number;
}

export interface Walk {
  readonly bytes: number;
  readonly course: readonly Moment[];
}

export interface StepLayout {
  readonly zones: readonly Stretch[];
  /** Across the zones, in shares of width and height; the highest point of all stands at 1. */
  readonly line: readonly { readonly x: number; readonly y: number }[];
}

/** Phases that walk through the model get most of the width; one that does not is a level line. */
const WALKING = 2;

export function layStep(phases: readonly Walk[]): StepLayout {
  const zones = stack(phases.map(({ course }) => (course.length > 1 ? WALKING : 1)));
  const most = Math.max(...phases.map(({ bytes }) => bytes), 1);
  const line = phases.flatMap(({ bytes, course }, i) => {
    const zone = zones[i] ?? { start: 0, size: 0 };
    const moments = course.length > 1 ? course : [0, 1].map((at) => ({ at, bytes }));
    return moments.map((moment) => ({ x: zone.start + moment.at * zone.size, y: moment.bytes / most }));
  });
  return { zones, line };
}
