// From an Analysis to what the panel draws (breakdown-types.ts).

import { type ByteRange, formatBytes } from '../base/bytes.ts';
import { whyText } from '../dialects/why.ts';
import { PLACE } from '../memory/engine/sink.ts';
import type { Cause, Estimate, Phase, Term } from '../memory/estimate.ts';
import type { Analysis } from './analysis-types.ts';
import type {
  Breakdown,
  BreakdownAssumption,
  BreakdownCause,
  BreakdownCounter,
  BreakdownFinding,
  BreakdownKey,
  BreakdownOutcome,
  BreakdownPhase,
  BreakdownTarget,
  BreakdownTerm,
  PrintedRange,
} from './breakdown-types.ts';
import { reportsOf } from './diagnostics.ts';
import { fitText, headlineOf, targetText, wordsOf } from './headline.ts';
import { printCount, printRange } from './print-range.ts';
import { sharesOf } from './shares.ts';
import { printTarget } from './target.ts';
import { isTraining, type Training } from './training.ts';

export type * from './breakdown-types.ts';

/** Null: not a training config, so there is nothing to draw. */
export function breakdown(a: Analysis): Breakdown | null {
  if (!isTraining(a)) return null;
  return {
    language: a.environment.language,
    title: a.model?.id ?? a.run?.model.preset ?? fileTitle(a.fileName),
    subtitle: subtitleOf(a),
    outcome: outcomeOf(a),
    target: targetOf(a),
    targetText: targetText(a),
    assumptions: assumptionsOf(a),
    findings: findingsOf(a),
    headings: wordsOf(a).headings,
  };
}

const fileTitle = (fileName: string): string => fileName.slice(fileName.lastIndexOf('/') + 1);

function subtitleOf(a: Training): string {
  if (!a.estimate) return a.dialect.name;
  const { parameters, trainable } = a.estimate;
  return `${a.dialect.name} · ${wordsOf(a).hover.parameters(printCount(parameters), printCount(trainable))}`;
}

function outcomeOf(a: Training): BreakdownOutcome {
  const { estimate, floor } = a;
  if (estimate) {
    return {
      kind: 'estimate',
      total: printed(estimate.peak.device),
      depth: estimate.depth,
      counters: countersOf(a, estimate),
      terms: termsOf(a, estimate),
      phases: phasesOf(a, estimate),
      causes: causesOf(a, estimate),
    };
  }
  const { peak, remark, next } = headlineOf(a);
  if (floor)
    return { kind: 'floor', bytes: floor.bytes, text: formatBytes(floor.bytes), why: sentence([remark, next]) };
  return { kind: 'none', why: sentence([peak, remark, next]) };
}

const sentence = (parts: readonly (string | null)[]): string => parts.filter((part) => part !== null).join(' · ');

const printed = (range: ByteRange): PrintedRange => ({ ...range, text: printRange(range) });

function countersOf(a: Training, { peak }: Estimate): readonly BreakdownCounter[] {
  const { counters } = wordsOf(a);
  return (['allocated', 'reserved', 'device'] as const).map((id) => ({
    id,
    ...counters[id],
    range: printed(peak[id]),
  }));
}

function termsOf(a: Training, estimate: Estimate): readonly BreakdownTerm[] {
  const keys = new Map(sharesOf(a, estimate).flatMap(({ key, terms }) => terms.map((t) => [t.term, key] as const)));
  const whole = estimate.peak.allocated.expected;
  const printTerm = ({ term, bytes, parts }: Term): BreakdownTerm => {
    const key = keys.get(term);
    return {
      id: term,
      ...wordsOf(a).terms[term],
      bytes,
      share: whole > 0 ? bytes / whole : 0,
      text: formatBytes(bytes),
      key: key ? revealed(key.name, key.keySpan) : null,
      parts: parts.map((part) => ({ ...part, where: wordsOf(a).places[part.where], text: formatBytes(part.bytes) })),
    };
  };
  return estimate.terms
    .filter((term) => term.bytes > 0)
    .sort((x, y) => y.bytes - x.bytes)
    .map(printTerm);
}

const revealed = (name: string, { start, end }: { start: number; end: number }): BreakdownKey => ({ name, start, end });

const STEP_ORDER: readonly Phase[] = [
  'load',
  'generate',
  'forward',
  'reference',
  'backward',
  'optimizer',
  'eval',
  'save',
];

function phasesOf(a: Training, estimate: Estimate): readonly BreakdownPhase[] {
  return estimate.phases
    .filter((phase) => phase.allocated > 0)
    .sort((x, y) => STEP_ORDER.indexOf(x.name) - STEP_ORDER.indexOf(y.name))
    .map(({ name, allocated }) => ({
      id: name,
      label: wordsOf(a).phases[name],
      bytes: allocated,
      text: formatBytes(allocated),
      peak: name === estimate.phase,
      course: courseOf(estimate.timeline, name),
    }));
}

/** A step walks up through the model and down again. */
function courseOf(timeline: Estimate['timeline'], phase: Phase): BreakdownPhase['course'] {
  const steps = Math.max(...timeline.map(({ layer }) => layer), 0) + 2;
  const height = (layer: number): number => (layer === PLACE.below ? 0 : layer === PLACE.above ? steps : layer + 1);
  return timeline
    .filter((point) => point.phase === phase)
    .map(({ layer, peak }) => ({ up: height(layer) / steps, bytes: peak }))
    .map(({ up, bytes }) => ({ at: phase === 'backward' ? 1 - up : up, bytes }))
    .sort((x, y) => x.at - y.at);
}

function causesOf(a: Training, { causes }: Estimate): readonly BreakdownCause[] {
  const width = (cause: Cause): number => cause.below + cause.above;
  return [...causes]
    .sort((x, y) => width(y) - width(x))
    .map(({ id, of, below, above }) => ({
      id,
      label: wordsOf(a).causes[id] ?? id,
      of,
      below,
      above,
      text: `-${formatBytes(below)} / +${formatBytes(above)}`,
    }));
}

function targetOf(a: Training): BreakdownTarget | null {
  if (!a.target) return null;
  const verdictText = a.verdict ? sentence([wordsOf(a).verdicts[a.verdict], fitText(a, a.target)]) : '';
  return { label: printTarget(a.target), capacity: a.target.capacity, verdict: a.verdict, verdictText };
}

function assumptionsOf(a: Training): readonly BreakdownAssumption[] {
  const { fields } = wordsOf(a);
  return a.reading.assumed.map(({ field, value, why }) => ({
    field: fields[field] ?? field,
    value,
    why: whyText(why, a.environment.language),
  }));
}

function findingsOf(a: Training): readonly BreakdownFinding[] {
  return reportsOf(a).map(({ rule, span, message }) => ({
    code: rule.code,
    severity: rule.severity,
    message,
    start: span.start,
    end: span.end,
  }));
}
