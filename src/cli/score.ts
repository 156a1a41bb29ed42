// Predicted against measured: rows of truth in, one comparison per row and counter out, and tables over them.
// Deliberately absent: reading files and printing; the command does both. Nothing here may be tuned to a row.

import type { ByteRange } from '../base/bytes.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { findGpu } from '../catalogue/gpus.ts';
import { resolveModel } from '../catalogue/resolve-model.ts';
import { asBuilt } from '../memory/as-built.ts';
import type { Phase } from '../memory/estimate.ts';
import { estimateRun } from '../memory/estimate-run.ts';
import type { Gpu } from '../memory/gpu.ts';
import { completeRun, type RunInput, type TrainingRun } from '../memory/run.ts';
import type { ModelShape } from '../memory/shape.ts';

type Counter = 'allocated' | 'reserved' | 'device';
const COUNTERS: readonly Counter[] = ['allocated', 'reserved', 'device'];

/** A row of truth, as far as scoring reads it. Other fields are the row's own notes. */
export interface MeasuredRow {
  readonly id: string;
  readonly source?: string;
  readonly grade?: string;
  /** A run, or a framework's own file beside the rows. */
  readonly run?: RunInput & { readonly gpu?: string };
  readonly file?: string;
  readonly measured: Partial<Readonly<Record<Counter, number>>>;
  readonly peak?: { readonly phase?: string };
  readonly gpu?: string;
  readonly versions?: Readonly<Record<string, string>>;
  /** What the data made of the file: tokens a row as padded, rows of a batch, tokens of a row whose loss counts, padding. */
  readonly actualLength?: number;
  readonly actualBatch?: number;
  readonly actualScored?: number;
  readonly actualMask?: TrainingRun['mask'];
  /** Fields that the source does not state, and whether the length is only a limit. */
  readonly unknown?: readonly string[];
  readonly capped?: boolean;
}

export interface ResolvedRow {
  readonly run: TrainingRun;
  readonly shape: ModelShape;
  readonly gpu: Gpu | null;
}
export type ResolveRow = (row: MeasuredRow) => Result<ResolvedRow>;

export interface Comparison {
  readonly id: string;
  readonly counter: Counter;
  readonly measured: number;
  readonly low: number;
  readonly expected: number;
  readonly high: number;
  /** Expected over measured, less one. */
  readonly error: number;
  readonly phase: Phase;
  /** Where the peak was measured, if the row says so. */
  readonly measuredPhase: Phase | null;
  readonly family: string;
  readonly regime: string;
  readonly method: string;
  readonly source: string;
}
export interface Skipped {
  readonly id: string;
  readonly source: string;
  readonly skipped: string;
}
export type RowScore = Comparison | Skipped;

/** Every counter that a row has measured is one score. A line that is no row, or a run that is not modelled, is skipped. */
export function scoreRows(lines: Iterable<string>, resolve: ResolveRow): RowScore[] {
  const scores: RowScore[] = [];
  let number = 0;
  for (const line of lines) {
    number++;
    if (line.trim() === '') continue;
    const row = rowOf(line);
    scores.push(
      ...(row ? scoreRow(row, resolve) : [{ id: `line ${number}`, source: '', skipped: 'not a row of measurements' }]),
    );
  }
  return scores;
}

function rowOf(line: string): MeasuredRow | null {
  try {
    const row: unknown = JSON.parse(line);
    const isRow =
      typeof row === 'object' && row !== null && 'id' in row && typeof row.id === 'string' && 'measured' in row;
    return isRow ? (row as MeasuredRow) : null;
  } catch {
    return null;
  }
}

function scoreRow(row: MeasuredRow, resolve: ResolveRow): RowScore[] {
  const { id, source = '' } = row;
  const resolved = resolve(row);
  if (!resolved.ok) return [{ id, source, skipped: resolved.error }];
  const { run, shape } = resolved.value;
  const unknown = [...(row.unknown ?? []), ...(row.capped ? ['batch.length'] : [])];
  const estimate = estimateRun({ ...resolved.value, depth: 'allocator', unknown });
  if (!estimate.ok) return [{ id, source, skipped: `not modelled: ${estimate.error.field} ${estimate.error.value}` }];
  const { peak, phase } = estimate.value;
  const about = {
    id,
    source,
    phase,
    measuredPhase: phaseOf(row),
    family: shape.family,
    regime: regimeOf(run),
    method: methodOf(run),
  };
  return COUNTERS.flatMap((counter) => {
    const measured = row.measured[counter];
    return measured === undefined ? [] : [{ ...about, counter, measured, ...compare(peak[counter], measured) }];
  });
}

const compare = (
  { low, expected, high }: ByteRange,
  measured: number,
): Pick<Comparison, 'low' | 'expected' | 'high' | 'error'> => ({
  low,
  expected,
  high,
  error: expected / measured - 1,
});

function phaseOf(row: MeasuredRow): Phase | null {
  const phase = row.peak?.phase;
  if (phase === 'forward' || phase === 'backward' || phase === 'optimizer') return phase;
  return phase === 'step' ? 'optimizer' : null;
}

export function regimeOf({ autocast, weights }: TrainingRun): string {
  if (autocast !== 'none') return `autocast ${autocast}`;
  return weights.dtype === 'fp32' ? 'fp32' : `pure ${weights.dtype}`;
}

function methodOf({ method, weights, checkpointing }: TrainingRun): string {
  const kind = method.kind === 'lora' && weights.quantization !== 'none' ? 'qlora' : method.kind;
  return checkpointing.kind === 'none' ? kind : `${kind}, checkpointing`;
}

/** Resolves a row that carries its run. `read` answers files that the run's model names. */
export function resolveRun(row: MeasuredRow, read: (path: string) => string | null = () => null): Result<ResolvedRow> {
  if (!row.run) return fail('the row has no run');
  const run = completeRun(row.run);
  const model = resolveModel(run.model, read);
  if (model.kind === 'unknown') return fail(`unknown model: ${model.why}`);
  const gpu = row.gpu ?? run.gpu;
  return ok({ run, shape: asBuilt(run, model.shape), gpu: gpu === undefined ? null : findGpu(gpu) });
}

export interface TableLine {
  readonly name: string;
  readonly rows: number;
  readonly median: number;
  readonly p90: number;
  readonly max: number;
  readonly within: { readonly perMille: number; readonly percent: number };
  /** Share of measured values inside their range, and how wide these are: high less low, over the measured value. */
  readonly inside: number;
  readonly width: number;
  /** Of the rows that say where they peak. */
  readonly phaseRight: number | null;
}
export interface Table {
  readonly by: 'all' | 'source' | 'family' | 'regime' | 'method';
  readonly counter: Counter;
  readonly lines: readonly TableLine[];
}

/** One table for each counter and each way of grouping. */
export function tablesOf(scores: readonly RowScore[]): Table[] {
  const compared = scores.filter((s): s is Comparison => 'counter' in s);
  return COUNTERS.flatMap((counter) => {
    const mine = compared.filter((c) => c.counter === counter);
    if (mine.length === 0) return [];
    return (['all', 'source', 'family', 'regime', 'method'] as const).map((by) => ({
      by,
      counter,
      lines: linesOf(mine, by),
    }));
  });
}

function linesOf(compared: readonly Comparison[], by: Table['by']): TableLine[] {
  const nameOf = (c: Comparison): string => (by === 'all' ? 'all' : c[by]);
  const names = [...new Set(compared.map(nameOf))].sort();
  return names.map((name) =>
    lineOf(
      name,
      compared.filter((c) => nameOf(c) === name),
    ),
  );
}

function lineOf(name: string, rows: readonly Comparison[]): TableLine {
  const errors = rows.map((c) => Math.abs(c.error)).sort((a, b) => a - b);
  const share = (limit: number): number => errors.filter((e) => e <= limit).length / errors.length;
  const widths = rows.map((c) => (c.high - c.low) / c.measured).sort((a, b) => a - b);
  const inside = rows.filter((c) => c.low <= c.measured && c.measured <= c.high);
  const said = rows.filter((c) => c.measuredPhase !== null);
  return {
    name,
    rows: rows.length,
    median: quantile(errors, 0.5),
    p90: quantile(errors, 0.9),
    max: errors.at(-1) ?? 0,
    within: { perMille: share(0.001), percent: share(0.01) },
    inside: inside.length / rows.length,
    width: quantile(widths, 0.5),
    phaseRight: said.length === 0 ? null : said.filter((c) => c.phase === c.measuredPhase).length / said.length,
  };
}

const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0;
