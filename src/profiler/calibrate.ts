// What measurements at small sizes say about a large one. Every moment of a step is a sum of parts that grow with the counts
// of the size; those are fitted, moment by moment, and the peak is the highest of the extrapolated moments. A peak itself is
// never fitted: a larger run may have its peak at another moment.

import type { MeasuredPhase, Moments, Place, TermBytes } from './measured.ts';
import type { Size } from './shrink.ts';

export interface Point {
  readonly size: Size;
  readonly saved: TermBytes;
  readonly moments: readonly Moments[];
}

export interface Extrapolated {
  readonly saved: TermBytes;
  readonly peak: number;
  readonly phase: MeasuredPhase;
  readonly place: Place;
  /** The largest difference between a fit and a measured point, relative to the point's peak. */
  readonly misfit: number;
}

/** What a byte count can grow with. Columns that the sizes cannot tell apart fall out of the fit. */
function counts({ layers, sequence, micro, vocabulary }: Size): number[] {
  const tokens = sequence * micro;
  return [
    1,
    layers,
    vocabulary,
    tokens,
    tokens * layers,
    tokens * vocabulary,
    tokens * sequence,
    tokens * sequence * layers,
    sequence,
  ];
}

export function extrapolate(points: readonly Point[], to: Size): Extrapolated | null {
  const rows = points.map((p) => counts(p.size));
  const target = weightsFor(rows, counts(to));
  const valueAt = (values: readonly number[]): number => dot(target, values);
  const moments = alignedMoments(points);
  if (!moments) return null;
  const [first, ...rest] = moments.map(({ values, ...where }) => ({ ...where, peak: valueAt(values) }));
  if (!first) return null;
  const worst = rest.reduce((a, b) => (b.peak > a.peak ? b : a), first);
  const terms = [...new Set(points.flatMap((p) => Object.keys(p.saved)))] as (keyof TermBytes)[];
  const saved = Object.fromEntries(terms.map((term) => [term, valueAt(points.map((p) => p.saved[term] ?? 0))]));
  const misfit = misfitOf(rows, points.map(peakOf), moments);
  return { ...worst, saved, misfit };
}

/** One moment of the step at every size. */
interface Moment {
  readonly phase: MeasuredPhase;
  readonly place: Place;
  readonly values: readonly number[];
}

/** Null where sizes differ in their number of operations: another number is another program. */
function alignedMoments(points: readonly Point[]): readonly Moment[] | null {
  const segments = points[0]?.moments.filter((m) => m.phase !== 'load') ?? [];
  const aligned: Moment[] = [];
  for (const { phase, place, held } of segments) {
    const series = points.map((p) => p.moments.find((m) => m.phase === phase && m.place === place)?.held ?? []);
    if (series.some((s) => s.length !== held.length)) return null;
    held.forEach((_, i) => {
      aligned.push({ phase, place, values: series.map((s) => s[i] ?? 0) });
    });
  }
  return aligned;
}

/** The largest difference between the fit and what it was made from. */
function misfitOf(rows: readonly (readonly number[])[], peaks: readonly number[], moments: readonly Moment[]): number {
  const weights = rows.map((row) => weightsFor(rows, row));
  const off = (values: readonly number[]): number[] =>
    weights.map((w, i) => Math.abs(dot(w, values) - (values[i] ?? 0)) / (peaks[i] ?? 1));
  return Math.max(...moments.map(({ values }) => Math.max(...off(values))));
}

const peakOf = ({ moments }: Point): number => Math.max(...moments.flatMap((m) => m.held));
const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);

/** A column whose rest is this small against itself is a sum of earlier ones. */
const DEPENDENT = 1e-6;

/**
 * The weights with which values at the points give the value at `target` by least squares. Gram–Schmidt over the columns,
 * each scaled to 1: what is left of a column that depends on earlier ones is dropped, and its count with it.
 */
function weightsFor(rows: readonly (readonly number[])[], target: readonly number[]): readonly number[] {
  const basis: (readonly number[])[] = [];
  /** The solution of `transposed(R) · y = target`, one number a kept column. */
  const solution: number[] = [];
  target.forEach((wanted, c) => {
    const scale = Math.max(...rows.map((row) => Math.abs(row[c] ?? 0))) || 1;
    const column = rows.map((row) => (row[c] ?? 0) / scale);
    const shares = basis.map((q) => dot(q, column));
    const rest = column.map((x, r) => x - basis.reduce((sum, q, i) => sum + (shares[i] ?? 0) * (q[r] ?? 0), 0));
    const size = Math.hypot(...rest);
    if (size < DEPENDENT * Math.hypot(...column)) return;
    solution.push((wanted / scale - dot(shares, solution)) / size);
    basis.push(rest.map((x) => x / size));
  });
  return rows.map((_, r) => basis.reduce((sum, q, i) => sum + (q[r] ?? 0) * (solution[i] ?? 0), 0));
}
