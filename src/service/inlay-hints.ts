// Hints at the ends of lines: the total on the model's line, and at each key the share of the peak that it controls.

import type { InlayHint } from 'vscode-languageserver-types';
import { formatBytes, formatDelta } from '../base/bytes.ts';
import type { Estimate } from '../memory/estimate.ts';
import { entryAtOffset } from '../yaml/locate.ts';
import type { SourceDoc, Span } from '../yaml/source-doc.ts';
import type { Analysis } from './analysis-types.ts';
import { headlineOf, wordsOf } from './headline.ts';
import { bullets, code, inline, type Markdown, paragraphs, plain } from './markdown.ts';
import { printPercent } from './print-range.ts';
import { type Share, type ShareKind, sharesOf } from './shares.ts';
import { lineEnd, positionAt } from './text-positions.ts';
import { keyOf, modelSpan, specAt, type Training } from './training.ts';
import { otherValues, whatIf } from './what-if.ts';

/** Names of the hints' settings: `headroom.hints.<kind>`. */
export type HintKind = 'total' | ShareKind | 'checkpointing';

/** More would be noise: editors are for reading the file. */
const MOST_HINTS = 8;
/** A share that prints as less than this says nothing. */
const LEAST_SHARE = 0.001;

interface Hint {
  readonly kind: HintKind;
  readonly span: Span;
  readonly label: string;
  readonly tooltip: Markdown;
  /** By which hints are ranked. */
  readonly bytes: number;
}

/** `data.kind` of each hint is its {@link HintKind}. `wanted` says which kinds are turned on. */
export function inlayHints(a: Analysis, wanted: (kind: HintKind) => boolean = () => true): readonly InlayHint[] {
  if (!isSpeaking(a)) return [];
  const all = [totalHint(a), ...shareHints(a), ...rowHints(a), ...checkpointingHints(a)];
  return all
    .filter((hint) => wanted(hint.kind))
    .sort((x, y) => y.bytes - x.bytes)
    .slice(0, MOST_HINTS)
    .sort((x, y) => x.span.end - y.span.end)
    .map((hint) => toInlayHint(a.doc, hint));
}

type Speaking = Training & { readonly estimate: Estimate };
const isSpeaking = (a: Analysis): a is Speaking => a.dialect !== null && a.reading !== null && a.estimate !== null;

function totalHint(a: Speaking): Hint {
  const words = wordsOf(a);
  const { peak, remark } = headlineOf(a);
  const tooltip = paragraphs(
    plain(words.hints.totalTooltip(words.phases[a.estimate.phase])),
    remark === null ? null : plain(remark),
  );
  return { kind: 'total', span: modelSpan(a), label: peak, tooltip, bytes: Number.POSITIVE_INFINITY };
}

function shareHints(a: Speaking): readonly Hint[] {
  const whole = a.estimate.peak.allocated.expected;
  return sharesOf(a, a.estimate)
    .filter((share) => share.bytes > LEAST_SHARE * whole)
    .map((share) => shareHint(a, share, whole));
}

function shareHint(a: Speaking, share: Share, whole: number): Hint {
  const words = wordsOf(a);
  const names = share.terms.map((t) => words.terms[t.term].label).join(' + ');
  const lines = share.terms.map((t) => inline(plain(words.terms[t.term].label), ': ', plain(formatBytes(t.bytes))));
  const tooltip = paragraphs(
    plain(words.hints.shareTooltip(share.key.name, printPercent(share.bytes / whole))),
    bullets(lines),
    plain(words.hints.scope),
  );
  const label = words.hints.share(names, formatBytes(share.bytes));
  return { kind: share.kind, span: share.key.span, label, tooltip, bytes: share.bytes };
}

/** Beside the length's share the batch says what one row costs: the same bytes, seen from the other factor. */
function rowHints(a: Speaking): readonly Hint[] {
  const rows = a.run?.batch.micro ?? 0;
  const share = sharesOf(a, a.estimate).find((s) => s.kind === 'length');
  const key = keyOf(a, 'batch.micro');
  if (!share || !key || rows < 1 || share.bytes <= LEAST_SHARE * a.estimate.peak.allocated.expected) return [];
  const words = wordsOf(a).hints;
  const tooltip = plain(words.perRowTooltip(String(rows), formatBytes(share.bytes)));
  return [
    {
      kind: 'batch',
      span: key.span,
      label: words.perRow(formatBytes(share.bytes / rows)),
      tooltip,
      bytes: share.bytes / rows,
    },
  ];
}

/** A switch owns no bytes: its hint says what the other position would change. */
function checkpointingHints(a: Speaking): readonly Hint[] {
  const key = keyOf(a, 'checkpointing.kind');
  const place = key && entryAtOffset(a.doc, key.keySpan.start);
  const spec = place && specAt(a.dialect, place.path);
  if (!key || !spec) return [];
  const [other] = whatIf(a, place.path, otherValues(spec, place.entry.value).slice(0, 1));
  if (!other?.change) return [];
  const words = wordsOf(a).hints;
  const label = words.instead(other.value, formatDelta(other.change));
  const tooltip = inline(
    code(`${key.name}: ${other.value}`),
    ' ',
    plain(words.insteadTooltip(formatBytes(other.peak ?? 0))),
  );
  return [{ kind: 'checkpointing', span: key.span, label, tooltip, bytes: Math.abs(other.change) }];
}

function toInlayHint(doc: SourceDoc, hint: Hint): InlayHint {
  return {
    position: positionAt(doc.text, placeAfter(doc, hint.span)),
    label: hint.label,
    tooltip: { kind: 'markdown', value: hint.tooltip },
    paddingLeft: true,
    data: { kind: hint.kind },
  };
}

/** The end of the line, behind a comment; where another key follows on the line, the end of the value. */
function placeAfter(doc: SourceDoc, span: Span): number {
  const end = lineEnd(doc.text, span.end);
  const comment = doc.comments.find((c) => c.span.start >= span.end && c.span.start < end);
  const rest = doc.text.slice(span.end, comment?.span.start ?? end);
  return /^[\s,:]*$/.test(rest) ? end : span.end;
}
