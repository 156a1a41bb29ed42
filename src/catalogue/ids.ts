// The id catalogue: every hub id whose shape we know, and finding one by a name as people write it.

import type { ModelConfig } from '../memory/run.ts';
import { deepseekGlmIds } from './ids/deepseek-glm.ts';
import { googleMicrosoftIds } from './ids/google-microsoft.ts';
import { llamaIds } from './ids/llama.ts';
import { mistralIds } from './ids/mistral.ts';
import { openLabIds } from './ids/open-labs.ts';
import { qwenIds } from './ids/qwen.ts';
import { type Entry, entriesOf } from './ids/rows.ts';
import { isFineTuneOf, namesIn, sizeOf, withoutFormat, withoutRelease, wordsOf } from './model-names.ts';
import { once } from './once.ts';

/** In the order of preference where one name could mean several. */
export const catalogue: readonly Entry[] = [
  ...llamaIds,
  ...qwenIds,
  ...mistralIds,
  ...googleMicrosoftIds,
  ...deepseekGlmIds,
  ...openLabIds,
].flatMap(entriesOf);

/** An entry with the words of its name, in one spelling. */
export interface Listed extends Entry {
  readonly words: readonly string[];
}

export const listed = once((): readonly Listed[] =>
  catalogue.map((entry) => ({ ...entry, words: wordsOf(bareName(entry.id)) })),
);

const byId = once(() => firstOf(catalogue, (entry) => entry.id.toLowerCase()));
const byName = once(() => firstOf(catalogue, (entry) => bareName(entry.id).toLowerCase()));
const byWords = once(() => firstOf(listed(), (entry) => entry.words.join(' ')));

export interface Found {
  readonly config: ModelConfig;
  /** Present when the name is not the catalogue's own. */
  readonly base?: string;
}

/** The model an id or path means: itself, a mirror, a quantised copy, or a fine-tune that names what it was tuned from. */
export function findId(reference: string): Found | null {
  const own = byId().get(reference.toLowerCase());
  if (own) return { config: own.config };
  for (const name of namesIn(reference)) {
    const entry = entryNamed(name);
    if (entry) return { config: entry.config, base: entry.id };
    // A folder above the last is worth asking only while the last says nothing of a size.
    if (!name.includes('/') && wordsOf(withoutFormat(name)).some((word) => sizeOf(word) !== null)) return null;
  }
  return null;
}

function entryNamed(name: string): Entry | undefined {
  const plain = withoutFormat(name);
  const bare = bareName(plain);
  return (
    byId().get(name.toLowerCase()) ??
    byId().get(plain.toLowerCase()) ??
    byName().get(bareName(name).toLowerCase()) ??
    byName().get(bare.toLowerCase()) ??
    byWords().get(wordsOf(bare).join(' ')) ??
    fineTuneBase(wordsOf(bare))
  );
}

/** The longest stem in the name wins: `qwen 2.5 math 7b` before `qwen 2.5 7b`. */
function fineTuneBase(words: readonly string[]): Entry | undefined {
  const sized = words.some((word) => sizeOf(word) !== null);
  let best: Stem | undefined;
  for (const stem of stems()) {
    if (best && stem.words.length <= best.words.length) continue;
    if (stem.sized === sized && isFineTuneOf(words, stem.words)) best = stem;
  }
  return best?.entry;
}

interface Stem {
  readonly words: readonly string[];
  readonly sized: boolean;
  readonly entry: Entry;
}

/** Families of several generations whose first had no number: `llama 13b` could be any of them. */
const GENERATIONS: ReadonlySet<string> = new Set(['llama', 'qwen']);

const stems = once((): readonly Stem[] =>
  listed().flatMap((entry) => {
    return [entry.words, withoutRelease(entry.words)]
      .map((stem): Stem => ({ words: stem, sized: stem.some((word) => sizeOf(word) !== null), entry }))
      .filter((stem) => namesOneModel(stem));
  }),
);

/** A size alone does not tell such a family's generations apart, and a word without a digit could be anything. */
function namesOneModel({ words, sized }: Stem): boolean {
  if (GENERATIONS.has(words[0] ?? '') && sizeOf(words[1] ?? '') !== null) return false;
  return sized ? words.length > 1 : words.some((word) => /[a-z].*\d|\d.*[a-z]/.test(word));
}

function bareName(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}

function firstOf<E extends Entry>(entries: readonly E[], keyOf: (entry: E) => string): ReadonlyMap<string, E> {
  const map = new Map<string, E>();
  for (const entry of entries) if (!map.has(keyOf(entry))) map.set(keyOf(entry), entry);
  return map;
}
