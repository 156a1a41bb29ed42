// What a profile says to people, in both languages: its plan, its result, and how it ended if it did not get there. The
// command line, the log and the panel print these texts.

import { formatBytes } from '../base/bytes.ts';
import type { Language } from '../base/language.ts';
import type { MeasuredTerm } from './measured.ts';
import { agreementOf, agrees, type Figures, type Measurement, savedBytes } from './measurement.ts';
import type { ProfilePlan } from './plan.ts';
import type { Ending } from './protocol.ts';
import type { RungId, SkippedRung } from './rungs.ts';
import type { Narrowing, Size } from './shrink.ts';
import { type ProfileWords, profileWords } from './words.ts';

export type TermLabel = (term: MeasuredTerm) => string;

/** A result as texts: a surface lays them out and computes nothing. */
export interface ProfileTexts {
  readonly title: string;
  readonly verdict: string;
  /** Null: there is nothing to compare. */
  readonly agrees: boolean | null;
  readonly columns: readonly [what: string, measured: string, replayed: string, difference: string];
  readonly rows: readonly (readonly [what: string, measured: string, replayed: string, difference: string])[];
  /** The count of buffers against the process's own memory. */
  readonly checks: readonly string[];
  readonly notes: readonly string[];
}

interface Skip extends Pick<SkippedRung, 'rung' | 'why' | 'detail' | 'command'> {}

export interface PlanFacts {
  readonly plan: ProfilePlan;
  readonly rung: RungId;
  readonly skipped: readonly Skip[];
  readonly backend: { readonly version: string; readonly library: string | null } | null;
}

/** What is going to happen, before it does. */
export function planTexts(
  facts: PlanFacts,
  language: Language,
): { readonly headline: string; readonly notes: string[] } {
  const words = profileWords(language);
  const { plan, rung, backend } = facts;
  const { jobs, steps, seconds, bytes } = plan;
  const headline =
    rung === 'dry'
      ? words.dryPlan(jobs.length)
      : words.plan(backendName(rung, backend), jobs.length, steps, seconds, formatBytes(bytes));
  const largest = jobs.at(-1);
  const shape = largest ? [words.upTo(sizeText(largest.size, words))] : [];
  return { headline, notes: [...shape, ...notesOf(facts, plan, words)] };
}

function notesOf(
  { skipped }: { readonly skipped: readonly Skip[] },
  { narrowing, changes }: Pick<Measurement, 'narrowing'> & { readonly changes: Readonly<ProfilePlan['changes']> },
  words: ProfileWords,
): string[] {
  const changed = changes.map(({ field, from, to }) => `${field} ${from} → ${to}`).join('; ');
  return [
    ...(isNarrowed(narrowing) ? [words.narrowed(narrowing)] : []),
    ...(changed === '' ? [] : [words.changed(changed)]),
    ...skipTexts(skipped, words),
  ];
}

const isNarrowed = ({ hidden, heads, inner }: Narrowing): boolean => hidden * heads * inner > 1;

/** One line a reason: rungs that were skipped for the same one share it. */
function skipTexts(skipped: readonly Skip[], words: ProfileWords): string[] {
  const rungsOf = new Map<string, RungId[]>();
  for (const { rung, why, detail, command } of skipped) {
    const reason = [words.skipped[why], detail, command && `→ ${command}`].filter((part) => part !== '').join(' · ');
    rungsOf.set(reason, [...(rungsOf.get(reason) ?? []), rung]);
  }
  return [...rungsOf].map(([reason, rungs]) => `${rungs.join(', ')}: ${reason}`);
}

const backendName = (rung: RungId, backend: PlanFacts['backend']): string => {
  if (!backend) return rung;
  return backend.library ? `${rung} ${backend.version} (TensorFlow ${backend.library})` : `${rung} ${backend.version}`;
};

const sizeText = ({ layers, micro, sequence, vocabulary }: Size, words: ProfileWords): string =>
  words.size(layers, micro, sequence, vocabulary);

export function measurementTexts(m: Measurement, label: TermLabel, language: Language): ProfileTexts {
  const words = profileWords(language);
  const agreement = agreementOf(m);
  const name = backendName(m.rung, m.backend);
  const verdict = agreement === null ? words.replayedOnly : agrees(agreement) ? words.agrees : words.differs;
  return {
    title: m.rung === 'dry' ? words.dryTitle : words.title(name, m.points.length),
    verdict,
    agrees: agreement && agrees(agreement),
    columns: [words.what, words.measured, words.replayed, words.difference],
    rows: [...largestRows(m, label, words), ...fullRows(m, words)],
    checks: processChecks(m, words),
    notes: notesOf(m, m, words),
  };
}

type Row = ProfileTexts['rows'][number];

/** The largest shape that was run: what waits for backward, its peak, and the terms of that moment. */
function largestRows({ points }: Measurement, label: TermLabel, words: ProfileWords): Row[] {
  const [first, ...rest] = points;
  if (!first) return [];
  const { size, measured, replayed } = rest.reduce((a, b) => (b.replayed.peak > a.replayed.peak ? b : a), first);
  const row = (what: string, of: (f: Figures) => number): Row =>
    compared(what, measured && of(measured), of(replayed), words);
  const terms = Object.keys({ ...replayed.terms, ...measured?.terms }) as MeasuredTerm[];
  return [
    [sizeText(size, words), '', '', ''],
    row(words.saved, (f) => savedBytes(f.saved)),
    row(words.peak(replayed.phase), (f) => f.peak),
    ...terms.map((term) => row(`  ${label(term)}`, (f) => f.terms[term] ?? 0)),
  ];
}

/** The whole run at the measured width: extrapolated from the small shapes. */
function fullRows({ full }: Measurement, words: ProfileWords): Row[] {
  const { extrapolated, replayed, size } = full;
  const saved = extrapolated ? savedBytes(extrapolated.saved) : null;
  return [
    [words.whole(sizeText(size, words)), extrapolated ? words.extrapolated : '', '', ''],
    compared(words.saved, saved, savedBytes(replayed.saved), words),
    compared(words.peak(extrapolated?.phase ?? replayed.phase), extrapolated?.peak ?? null, replayed.peak, words),
  ];
}

function compared(what: string, measured: number | null, replayed: number, words: ProfileWords): Row {
  if (measured === null) return [what, words.none, formatBytes(replayed), ''];
  const share = replayed === 0 ? 0 : (measured / replayed - 1) * 100;
  return [what, formatBytes(measured), formatBytes(replayed), `${share >= 0 ? '+' : ''}${share.toFixed(2)} %`];
}

function processChecks({ points }: Measurement, words: ProfileWords): string[] {
  const known = points.flatMap(({ buffers, process }) =>
    buffers !== null && process !== null ? [{ buffers, process }] : [],
  );
  const [first, ...rest] = known;
  if (!first) return [];
  const { buffers, process } = rest.reduce((a, b) => (b.buffers > a.buffers ? b : a), first);
  return [words.process(formatBytes(buffers), formatBytes(process))];
}

export const endingText = (ending: Ending, language: Language): string => profileWords(language).ending(ending);
