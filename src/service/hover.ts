// Hover on a key that moves memory: what its value costs now and otherwise, the arithmetic, its default and the source.

import type { Hover, Position } from 'vscode-languageserver-types';
import { formatBytes, formatDelta } from '../base/bytes.ts';
import type { KeySpec } from '../dialects/dialect.ts';
import type { Estimate, Term } from '../memory/estimate.ts';
import type { TrainingRun } from '../memory/run.ts';
import { entryAtOffset, type Place } from '../yaml/locate.ts';
import type { Analysis } from './analysis-types.ts';
import { headlineOf, wordsOf } from './headline.ts';
import { bold, bullets, code, inline, type Markdown, paragraphs, plain, prose, table } from './markdown.ts';
import { modelText } from './model-text.ts';
import { printCount } from './print-range.ts';
import { termsOfField } from './shares.ts';
import { offsetAt, rangeOf } from './text-positions.ts';
import { isTraining, specAt, type Training } from './training.ts';
import { otherValues, type WhatIf, whatIf } from './what-if.ts';

/** Null where there is nothing to add. */
export function hover(a: Analysis, position: Position): Hover | null {
  if (!isTraining(a)) return null;
  const place = entryAtOffset(a.doc, offsetAt(a.doc.text, position));
  const spec = place && specAt(a.dialect, place.path);
  if (!place || !spec?.field) return null;
  const value = spec.field === 'model' ? modelHover(a, spec) : keyHover(a, spec, place);
  return { contents: { kind: 'markdown', value }, range: rangeOf(a.doc.text, place.entry.keySpan) };
}

function modelHover(a: Training, spec: KeySpec): Markdown {
  const { peak, remark, next } = headlineOf(a);
  const headline = plain([peak, remark].filter((part) => part !== null).join(' · '));
  return paragraphs(title(a, spec), bold(headline), modelText(a), next === null ? null : plain(next));
}

function keyHover(a: Training, spec: KeySpec, place: Place): Markdown {
  const others = a.estimate ? whatIf(a, place.path, otherValues(spec, place.entry.value)) : [];
  return paragraphs(
    title(a, spec),
    others.length > 0 && a.estimate ? whatIfTable(a, a.estimate, place, others) : null,
    others.length > 0 && others.every((o) => o.change === 0) && a.estimate
      ? plain(wordsOf(a).hover.noEffectAtPeak(wordsOf(a).phases[a.estimate.phase]))
      : null,
    a.estimate && a.run ? derivation(a, a.estimate, a.run, spec) : null,
    defaultText(a, spec),
  );
}

const title = (a: Training, spec: KeySpec): Markdown =>
  inline(bold(code(spec.key)), ' · ', prose(spec.doc[a.environment.language]));

function whatIfTable(a: Training, estimate: Estimate, place: Place, others: readonly WhatIf[]): Markdown {
  const words = wordsOf(a).hover;
  const written = place.entry.value.kind === 'scalar' ? place.entry.value.raw : '';
  const now = [bold(code(written)), plain(formatBytes(estimate.peak.device.expected)), plain(words.now)];
  const rows = others.map(({ value, peak, change }) => ({
    value,
    cells: [code(value), peakCell(a, peak), changeCell(a, change)],
  }));
  // Numbers read upwards: the half above, the double below.
  const below = rows.filter(({ value }) => Number(value) < Number(written)).map((r) => r.cells);
  const above = rows.filter(({ value }) => !(Number(value) < Number(written))).map((r) => r.cells);
  return table([plain(words.value), plain(words.peak), plain(words.change)], [...below, now, ...above]);
}

const peakCell = (a: Training, peak: number | null): Markdown =>
  plain(peak === null ? wordsOf(a).hover.notComputed : formatBytes(peak));

function changeCell(a: Training, change: number | null): Markdown {
  if (change === null) return plain('–');
  return plain(change === 0 ? wordsOf(a).hover.same : formatDelta(change));
}

/** The terms that the key moves, as an arithmetic with the run's own numbers, and their largest parts. */
function derivation(a: Training, estimate: Estimate, run: TrainingRun, spec: KeySpec): Markdown | null {
  const terms = spec.field ? termsOfField(estimate, spec.field) : [];
  if (terms.length === 0) return null;
  const words = wordsOf(a);
  const lines = terms.map((term) =>
    inline(plain(words.terms[term.term].label), ': ', plain(formulaOf(a, estimate, run, term)), ...partsOf(a, term)),
  );
  return paragraphs(plain(words.hover.controls), bullets(lines));
}

function formulaOf(a: Training, estimate: Estimate, run: TrainingRun, { term, bytes }: Term): string {
  const words = wordsOf(a).hover;
  const size = formatBytes(bytes);
  if (term === 'activations' || term === 'logits') {
    const { micro, sequence } = run.batch;
    const tokens = micro * sequence;
    return words.perToken(size, String(micro), String(sequence), formatBytes(bytes / tokens));
  }
  const perTrained = term === 'gradients' || term === 'optimizer' || term === 'adapters';
  const count = perTrained ? estimate.trainable : estimate.parameters;
  if (count === 0 || !(perTrained || term === 'weights')) return size;
  const each = `${Number((bytes / count).toPrecision(3))} B`;
  return perTrained
    ? words.perTrained(size, printCount(count), each)
    : words.perParameter(size, printCount(count), each);
}

const MOST_PARTS = 3;

function partsOf(a: Training, { bytes, parts }: Term): readonly Markdown[] {
  const words = wordsOf(a);
  const large = parts.slice(0, MOST_PARTS).filter((part) => part.bytes > bytes / 20);
  if (large.length < 2) return [];
  const names = large.map((p) => `${p.what} (${words.places[p.where]}) ${formatBytes(p.bytes)}`);
  return [plain(`; ${words.hover.parts(words.list(names))}`)];
}

function defaultText(a: Training, spec: KeySpec): Markdown {
  const words = wordsOf(a).hover;
  if (spec.default === undefined) return plain(words.noDefault);
  const source = spec.source ? [' · ' as const, plain(words.source(spec.source))] : [];
  return inline(plain(words.defaultIs), ': ', code(spec.default), ...source);
}
