// What to change so that a run fits: edits of the file, each re-estimated, ranked by what they cost besides memory.
// Deliberately absent: the framework's words. A lever is a field of the run; the dialect's table of keys says how to pull it.

import { formatBytes, formatDelta } from '../base/bytes.ts';
import type { ModelResolution } from '../catalogue/resolution.ts';
import type { KeySpec } from '../dialects/dialect.ts';
import type { RunField } from '../dialects/reading.ts';
import type { Estimate, TermName } from '../memory/estimate.ts';
import { floorOf } from '../memory/floor.ts';
import { completeRun, type TrainingRun } from '../memory/run.ts';
import { setValue, type TextEdit } from '../yaml/edit.ts';
import { nodeAt } from '../yaml/locate.ts';
import { withValues } from '../yaml/overlay.ts';
import type { Scalar } from '../yaml/source-doc.ts';
import { atTypingDepth, type Overrides, reanalyse } from './analyse.ts';
import type { Analysis } from './analysis-types.ts';
import { wordsOf } from './headline.ts';
import { keyOf, type Training } from './training.ts';
import { devicePeak } from './what-if.ts';
import type { Price } from './words/sentences.ts';

export interface Lever {
  /** `Set optim: adamw_8bit (-6.2 GiB, peak 15.2 GiB; lower precision)` */
  readonly title: string;
  readonly edits: readonly TextEdit[];
}

interface Pull {
  readonly field: RunField;
  readonly price: Price;
  /** What it takes from: where that is next to nothing, the lever is not tried. */
  readonly terms?: readonly TermName[];
  /** A number is halved until it fits, down to this. */
  readonly least?: number;
  /** A change of the run that the lever is not meant to make rules a value out. */
  readonly keeps?: (before: TrainingRun, after: TrainingRun) => boolean;
}

/** In the order in which they hurt least. */
const PULLS: readonly Pull[] = [
  { field: 'batch.micro', price: 'same-result', least: 1 },
  { field: 'loss.kind', price: 'same-result' },
  { field: 'attention', price: 'same-result', keeps: (_, after) => after.attention !== 'eager' },
  { field: 'checkpointing.kind', price: 'slower' },
  { field: 'checkpointing.offload', price: 'slower' },
  {
    field: 'optimizer',
    price: 'lower-precision',
    terms: ['optimizer'],
    keeps: (b, a) => b.optimizer.name === a.optimizer.name,
  },
  { field: 'weights.dtype', price: 'lower-precision' },
  { field: 'weights.trainableDtype', price: 'lower-precision' },
  { field: 'weights.quantization', price: 'quantized-base', keeps: (b) => b.method.kind !== 'full' },
  { field: 'method.rank', price: 'smaller-adapter', least: 4 },
  { field: 'batch.sequence', price: 'shorter-rows', least: 256 },
  { field: 'method.kind', price: 'other-method', keeps: (_, after) => after.method.kind === 'lora' },
];

const MOST_LEVERS = 4;
/** Of the values of a choice, those that hold least for the whole run are replayed; this many find the best. */
const MOST_TRIED = 4;
/** A saving of less than this part of the peak is not worth an edit. */
const LEAST_SAVING = 0.01;

interface Pulled {
  readonly price: Price;
  readonly overrides: Overrides;
  readonly after: Analysis;
  readonly saving: number;
  readonly rank: number;
}

/** Those that make it fit come first, then by price; of equal price the one that saves more. */
export function leversOf(a: Training): readonly Lever[] {
  const before = atTypingDepth(a);
  const peak = devicePeak(before);
  if (peak === null || !isReplayed(before)) return [];
  const pulled: Pulled[] = [];
  for (const [rank, pull] of PULLS.entries()) {
    if (pull.terms && bytesOf(before, pull.terms) <= LEAST_SAVING * peak) continue;
    pulled.push(...bestOf(a, before, peak, pull, rank));
    // What comes later hurts more, so it cannot stand before these.
    if (pulled.filter(({ after }) => after.verdict === 'fits').length === MOST_LEVERS) break;
  }
  return pulled
    .sort((x, y) => Number(y.after.verdict === 'fits') - Number(x.after.verdict === 'fits') || x.rank - y.rank)
    .slice(0, MOST_LEVERS)
    .map((one) => printed(a, peak, one));
}

interface Replayed extends Analysis {
  readonly run: TrainingRun;
  readonly model: Extract<ModelResolution, { kind: 'known' }>;
  readonly estimate: Estimate;
}

const isReplayed = (a: Analysis): a is Replayed => a.run !== null && a.model?.kind === 'known' && a.estimate !== null;

const bytesOf = ({ estimate }: Replayed, names: readonly TermName[]): number =>
  estimate.terms.filter(({ term }) => names.includes(term)).reduce((sum, { bytes }) => sum + bytes, 0);

function bestOf(a: Training, before: Replayed, peak: number, pull: Pull, rank: number): readonly Pulled[] {
  const pulledBy = ({ overrides }: Value): Pulled => {
    const after = reanalyse(a, overrides);
    return { price: pull.price, overrides, after, saving: peak - (devicePeak(after) ?? peak), rank };
  };
  const worthwhile = ({ saving, after }: Pulled): boolean => saving > LEAST_SAVING * peak && after.run !== null;
  const values = differing(a, before, pull);
  if (pull.least === undefined) {
    const lightest = [...values].sort((x, y) => x.floor - y.floor).slice(0, MOST_TRIED);
    const best = mostSaving(lightest.map(pulledBy).filter(worthwhile));
    return best ? [best] : [];
  }
  const halved = firstThatFits(values, pulledBy);
  return halved && worthwhile(halved) ? [halved] : [];
}

/** Numbers, halved again and again: the first that fits; where even the last does not, the first. */
function firstThatFits(values: readonly Value[], pulledBy: (value: Value) => Pulled): Pulled | undefined {
  const [first, ...smaller] = values;
  const least = smaller.at(-1);
  const start = first && pulledBy(first);
  if (!start || !least || start.after.verdict === 'fits') return start;
  const end = pulledBy(least);
  if (end.after.verdict !== 'fits') return start;
  for (const value of smaller.slice(0, -1)) {
    const pulled = pulledBy(value);
    if (pulled.after.verdict === 'fits') return pulled;
  }
  return end;
}

interface Value {
  readonly overrides: Overrides;
  /** What the run then holds in any case. */
  readonly floor: number;
}

/** Values that lead to another run than the present one and than each other: many spellings mean the same. */
function differing(a: Training, { run: before, model }: Replayed, pull: Pull): readonly Value[] {
  const seen = new Set([JSON.stringify(a.reading.run)]);
  const all = a.dialect.keys
    .filter((spec) => spec.field === pull.field && isPulled(a, spec, pull))
    .flatMap((spec) => candidates(a, spec, pull, before));
  return all.flatMap((overrides) => {
    const { run } = a.dialect.read(withValues(a.doc, overrides), { ...a.environment, fileName: a.fileName });
    const spelled = JSON.stringify(run);
    if (!run || seen.has(spelled)) return [];
    seen.add(spelled);
    const after = completeRun(run);
    const kept = pull.keeps?.(before, after) ?? true;
    return kept ? [{ overrides, floor: floorOf(after, model.shape) }] : [];
  });
}

/** A number is halved at the key that decides it; a name of older releases is left alone where it does not stand already. */
function isPulled(a: Training, { key, retired }: KeySpec, { field, least }: Pull): boolean {
  const decides = least === undefined ? null : keyOf(a, field);
  if (decides) return decides.name === key;
  return !retired || a.doc.roots.some((root) => nodeAt(root, [key]) !== undefined);
}

const mostSaving = (found: readonly Pulled[]): Pulled | undefined =>
  found.reduce<Pulled | undefined>((best, next) => (best && best.saving >= next.saving ? best : next), undefined);

function candidates(a: Training, spec: KeySpec, pull: Pull, run: TrainingRun): readonly Overrides[] {
  if (pull.least !== undefined) return spec.scales ? halves(a, spec, pull, pull.least, run) : [];
  if (spec.type === 'boolean') return [{ [spec.key]: 'true' }, { [spec.key]: 'false' }];
  return (spec.values ?? []).map((value) => ({ [spec.key]: value }));
}

function halves(a: Training, spec: KeySpec, { field }: Pull, least: number, run: TrainingRun): readonly Overrides[] {
  const now = a.reading.fields.get(field)?.value;
  if (typeof now !== 'number') return [];
  const steps: Overrides[] = [];
  for (let n = Math.floor(now / 2); n >= least; n = Math.floor(n / 2)) {
    steps.push({ [spec.key]: String(n), ...(field === 'batch.micro' ? sameGlobalBatch(a, run, now / n) : {}) });
  }
  return steps;
}

/** Rows that leave the micro-batch come back as accumulation steps: the optimizer sees the same batch. */
function sameGlobalBatch(a: Training, run: TrainingRun, factor: number): Overrides {
  const spec = a.dialect.keys.find((key) => key.field === 'batch.accumulation' && key.scales);
  return spec ? { [spec.key]: String(Math.round(run.batch.accumulation * factor)) } : {};
}

function printed(a: Training, peak: number, { price, overrides, after, saving }: Pulled): Lever {
  const words = wordsOf(a);
  const edit = words.fixes.set(Object.entries(overrides).map(([key, value]) => `${key}: ${value}`));
  const headline = devicePeak(a) ?? peak;
  const left = formatBytes(headline - saving);
  const result = a.target && after.verdict ? words.peak.on(left, words.verdicts[after.verdict]) : left;
  return {
    title: words.fixes.lever(edit, formatDelta(-saving), result, words.prices[price]),
    edits: Object.entries(overrides).flatMap(([key, value]) => setValue(a.doc, key.split('.'), scalarOf(value))),
  };
}

function scalarOf(text: string): Scalar {
  if (/^\d+$/.test(text)) return Number(text);
  return text === 'true' || text === 'false' ? text === 'true' : text;
}
