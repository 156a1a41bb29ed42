// Realistic states of the panel, for preview.html and the browser tests: what the host would send for configs one meets.

import { type Bytes, bytes, formatBytes, GiB, MiB } from '../../src/base/bytes.ts';
import { type Language, languageOf } from '../../src/base/language.ts';
import { type TermName, verdictOf } from '../../src/memory/estimate.ts';
import type { ViewModel, ViewOutcome, ViewPhase, ViewTarget, ViewTerm } from '../../src/protocol/view-model.ts';
import { CAPACITIES, COURSES, type Figures, LORA_7B, type Part, TINY } from './sample-figures.ts';
import { type SampleWords, sampleWords } from './sample-words.ts';

export const SAMPLES = [
  'fits',
  'tight',
  'over',
  'no-gpu',
  'tiny',
  'floor',
  'unknown-model',
  'empty',
  'hostile',
] as const;
export type SampleName = (typeof SAMPLES)[number];

export function sample(name: SampleName, locale: string): ViewModel | null {
  const language = languageOf(locale);
  const words = sampleWords(language);
  switch (name) {
    case 'fits':
      return estimated(LORA_7B, target('RTX 4090 24 GiB', CAPACITIES['4090'], LORA_7B, words), words, language);
    case 'tight':
      return estimated(LORA_7B, target('21.6 GiB', CAPACITIES.tight, LORA_7B, words), words, language);
    case 'over':
      return estimated(LORA_7B, target('RTX 4080 16 GiB', CAPACITIES['4080'], LORA_7B, words), words, language);
    case 'no-gpu':
      return estimated(LORA_7B, null, words, language);
    case 'tiny':
      return estimated(TINY, target('RTX 3090 24 GiB', 23.6, TINY, words), words, language);
    case 'floor':
      return described({ kind: 'floor', ...printed(15.22), why: words.floorWhy }, LORA_7B.title, words, language);
    case 'unknown-model':
      return described({ kind: 'none', why: words.noneWhy }, 'acme/secret-model-v3', words, language);
    case 'empty':
      return null;
    case 'hostile':
      return hostile(estimated(LORA_7B, null, words, language));
  }
}

function estimated(figures: Figures, card: ViewTarget | null, words: SampleWords, language: Language): ViewModel {
  const allocated = figures.terms.reduce((sum, [, size]) => sum + size, 0);
  const { reserved, device, spread } = figures.above;
  const at = { allocated, reserved: allocated + reserved, device: allocated + reserved + device };
  const phases: ViewPhase[] = figures.phases.map(([id, size]) => ({
    id,
    label: words.phases[id],
    ...printed(size),
    peak: id === 'backward',
    course: COURSES[id]?.map((share, i, all) => ({ at: i / (all.length - 1), bytes: share * size * GiB })) ?? [],
  }));
  return {
    ...base(figures.title, figures.subtitle, card, words, language),
    outcome: {
      kind: 'estimate',
      depth: 'allocator',
      total: ranged(at.device, spread),
      counters: (['allocated', 'reserved', 'device'] as const).map((id) => ({
        id,
        ...words.counters[id],
        range: ranged(at[id], id === 'allocated' ? 0 : spread * (id === 'reserved' ? 0.5 : 1)),
      })),
      terms: figures.terms.map(([id, size, key, parts]) => term(id, size, key, parts, allocated, words)),
      phases,
      causes: words.causes.map((label, i) => ({
        id: `cause-${i}`,
        label,
        of: i === 1 ? 'reserved' : 'device',
        below: 0.1 * GiB,
        above: 0.3 * GiB,
        text: ['−0.21 / +0.34 GiB', '−0.10 / +0.40 GiB', '−0.05 / +0.06 GiB'][i] ?? '',
      })),
    },
    findings: words.findings.slice(0, 2),
  };
}

function described(outcome: ViewOutcome, title: string, words: SampleWords, language: Language): ViewModel {
  return {
    ...base(title, 'LLaMA-Factory', { ...BARE_4090, verdictText: '' }, words, language),
    outcome,
    findings: words.findings.slice(2),
  };
}

const BARE_4090 = { label: 'RTX 4090 24 GiB', capacity: CAPACITIES['4090'] * GiB, verdict: null };

function base(
  title: string,
  subtitle: string,
  card: ViewTarget | null,
  words: SampleWords,
  language: Language,
): Omit<ViewModel, 'outcome' | 'findings'> {
  return {
    language,
    title,
    subtitle,
    target: card,
    targetText: card === null ? words.noGpu : words.targetText,
    assumptions: words.assumptions,
    headings: words.headings,
  };
}

function term(
  id: TermName,
  size: number,
  key: string | null,
  parts: readonly Part[],
  all: number,
  words: SampleWords,
): ViewTerm {
  return {
    id,
    ...words.terms[id],
    ...printed(size),
    share: size / all,
    key: key === null ? null : { name: key, start: 40, end: 40 + key.length },
    parts: parts.map(([what, where, share]) => ({ what, where: words.places[where], ...printed(size * share) })),
  };
}

function target(label: string, capacity: number, figures: Figures, words: SampleWords): ViewTarget {
  const { reserved, device, spread } = figures.above;
  const expected = figures.terms.reduce((sum, [, size]) => sum + size, reserved + device);
  const verdict = verdictOf(rangeOf(expected, spread), bytes(capacity * GiB));
  return { label, capacity: capacity * GiB, verdict, verdictText: words.verdicts[verdict] };
}

const printed = (size: number): { bytes: Bytes; text: string } => {
  const exact = bytes(Math.round(size * GiB));
  return { bytes: exact, text: formatBytes(exact) };
};

const rangeOf = (expected: number, spread: number) => ({
  low: bytes((expected - spread / 2) * GiB),
  expected: bytes(expected * GiB),
  high: bytes((expected + spread) * GiB),
});

function ranged(expected: number, spread: number) {
  const range = rangeOf(expected, spread);
  const narrow = spread * GiB < 64 * MiB;
  const figure = formatBytes(range.expected);
  const width = `(${(range.low / GiB).toFixed(1)}–${(range.high / GiB).toFixed(1)})`;
  return { ...range, text: narrow ? figure : `${figure} ${width}` };
}

/** Names as an enemy would put them into a config, or sentences that quote them: all must appear as they are. */
function hostile(view: ViewModel): ViewModel {
  const attack = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>{{7*7}}';
  if (view.outcome.kind !== 'estimate') return view;
  const [first, ...rest] = view.outcome.terms;
  if (!first) return view;
  const key = { name: attack, start: 0, end: 1 };
  const part = { what: attack, where: attack, bytes: 1, text: '1 B' };
  return {
    ...view,
    title: attack,
    subtitle: `${attack} ${'long'.repeat(80)}`,
    targetText: attack,
    assumptions: [{ field: attack, value: attack, why: attack }],
    findings: [{ code: attack, severity: 'error', message: attack, start: 0, end: 1 }],
    outcome: {
      ...view.outcome,
      terms: [{ ...first, label: attack, description: attack, key, parts: [part] }, ...rest],
      causes: [{ id: attack, label: attack, of: 'device', below: 1, above: 1, text: '−1 B / +1 B' }],
    },
  };
}
