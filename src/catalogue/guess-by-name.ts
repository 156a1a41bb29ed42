// The last resort: a size and a family in a name nobody lists. Always with a stated width.

import type { ModelConfig } from '../memory/run.ts';
import { type ModelShape, parameterCount } from '../memory/shape.ts';
import { readShape } from './families.ts';
import { type Listed, listed } from './ids.ts';
import {
  isRelease,
  meansOtherTensors,
  namesIn,
  sizeOf,
  withoutFormat,
  withoutRelease,
  wordsOf,
} from './model-names.ts';

export interface Guess {
  readonly config: ModelConfig;
  readonly base: string;
  readonly width: number;
}

/** A known model this near the stated size is taken as it is; names round (`7b` may be 6.7 or 7.6). */
const SAME = 0.15;
/** Beyond this ratio of depths nothing is known of the model. */
const FURTHEST = 3;
const NEAR_ENOUGH = 0.08;
const NARROWEST = 0.05;
const SCALED = 0.25;

export function guessByName(reference: string): Guess | null {
  for (const name of namesIn(reference).slice(1, 3)) {
    const words = withoutRelease(wordsOf(withoutFormat(name)));
    const size = words.map(sizeOf).find((n) => n !== null);
    if (size) return words.some(meansOtherTensors) ? null : nearestRelative(words, size);
  }
  return null;
}

interface Relative {
  readonly id: string;
  readonly config: ModelConfig;
  readonly shape: ModelShape;
  readonly parameters: number;
  /** Words of its name that the asked name has too. */
  readonly shared: number;
}

function nearestRelative(words: readonly string[], size: number): Guess | null {
  // Ids of one shape share one config: the first stands for all.
  const related = new Map<ModelConfig, Listed>();
  for (const entry of listed()) {
    if (!related.has(entry.config) && isRelated(words, entry.words)) related.set(entry.config, entry);
  }
  const relatives = [...related.values()].flatMap((entry): Relative[] => {
    const shape = readShape(entry.config);
    const shared = entry.words.filter(
      (word) => words.includes(word) && sizeOf(word) === null && !isRelease(word),
    ).length;
    if (!shape.ok || isMixture(shape.value) !== words.some(isActive)) return [];
    return [
      { id: entry.id, config: entry.config, shape: shape.value, parameters: parameterCount(shape.value), shared },
    ];
  });
  const closest = Math.max(...relatives.map((r) => r.shared));
  const ranked = relatives
    .filter((r) => r.shared === closest)
    .map((relative) => ({ relative, distance: distanceTo(size, relative) }))
    .sort((a, b) => a.distance - b.distance);
  return ranked[0] ? resized(ranked[0].relative, size) : null;
}

const VERSION = /^\d(\.\d+)?$/;
/** `a3b`: the active parameters of a mixture. */
const isActive = (word: string): boolean => /^a\d+(\.\d+)?b$/.test(word);
const isMixture = (shape: ModelShape): boolean => shape.kinds.some((kind) => kind.experts !== undefined);

/** The same family, and the same generation where the name states one: a generation we do not know may be anything. */
function isRelated(words: readonly string[], own: readonly string[]): boolean {
  const family = own[0];
  if (family === undefined || sizeOf(family) !== null || own.some(meansOtherTensors)) return false;
  const at = words.indexOf(family);
  if (at < 0) return false;
  const next = words[at + 1] ?? '';
  return !VERSION.test(next) || own[1] === next;
}

/** Names round, so what is near enough is equally near, and the catalogue's order decides. */
const distanceTo = (size: number, { parameters }: Relative): number =>
  Math.max(NEAR_ENOUGH, Math.abs(Math.log(parameters / size)));

/** The relative itself, or the same widths at the depth that gives the stated size. */
function resized({ id: base, config, shape, parameters: count }: Relative, size: number): Guess | null {
  const off = Math.abs(count / size - 1);
  if (off <= SAME) return { config, base, width: Math.max(NARROWEST, off) };
  const layers = config.num_hidden_layers;
  if (typeof layers !== 'number') return null;
  const around = parameterCount({ ...shape, layers: [] });
  const ratio = (size - around) / (count - around);
  if (ratio < 1 / FURTHEST || ratio > FURTHEST) return null;
  return { config: { ...config, num_hidden_layers: Math.max(1, Math.round(layers * ratio)) }, base, width: SCALED };
}
