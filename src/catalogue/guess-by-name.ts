// The last resort: a size and a family in a name nobody lists. Always with a stated width.

import type { ModelConfig } from '../memory/run.ts';
import { type ModelShape, parameterCount } from '../memory/shape.ts';
import { readShape } from './families.ts';
import { catalogue } from './ids.ts';
import { meansOtherTensors, namesIn, sizeOf, withoutFormat, wordsOf } from './model-names.ts';

export interface Guess {
  readonly config: ModelConfig;
  readonly base: string;
  readonly width: number;
}

/** A known model this near the stated size is taken as it is; names round (`7b` may be 6.7 or 7.6). */
const SAME = 0.15;
/** Beyond this ratio of depths nothing is known of the model. */
const FURTHEST = 3;
const NARROWEST = 0.05;
const SCALED = 0.25;

export function guessByName(reference: string): Guess | null {
  for (const name of namesIn(reference).slice(1, 3)) {
    const words = wordsOf(withoutFormat(name));
    const size = words.map(sizeOf).find((n) => n !== null);
    if (words.some(meansOtherTensors)) return null;
    if (size) return nearestRelative(words, size);
  }
  return null;
}

function nearestRelative(words: readonly string[], size: number): Guess | null {
  const relatives = catalogue.flatMap(({ id, config }) => {
    const own = wordsOf(id.slice(id.lastIndexOf('/') + 1));
    const shared = own.filter((word) => words.includes(word) && sizeOf(word) === null).length;
    // The first word is the family's: without it two names share nothing that says a shape.
    return own[0] !== undefined && words.includes(own[0]) && sizeOf(own[0]) === null ? [{ id, config, shared }] : [];
  });
  const closest = Math.max(...relatives.map((r) => r.shared));
  let best: { guess: Guess; distance: number } | null = null;
  for (const relative of relatives.filter((r) => r.shared === closest)) {
    const shape = readShape(relative.config);
    if (!shape.ok) continue;
    const distance = Math.abs(Math.log(parameterCount(shape.value) / size));
    const guess: Guess | null =
      best && best.distance <= distance ? null : resized(relative.id, relative.config, shape.value, size);
    if (guess) best = { guess, distance };
  }
  return best?.guess ?? null;
}

/** The relative itself, or the same widths at the depth that gives the stated size. */
function resized(base: string, config: ModelConfig, shape: ModelShape, size: number): Guess | null {
  const count = parameterCount(shape);
  const off = Math.abs(count / size - 1);
  if (off <= SAME) return { config, base, width: Math.max(NARROWEST, off) };
  const layers = config.num_hidden_layers;
  if (typeof layers !== 'number') return null;
  const around = parameterCount({ ...shape, layers: [] });
  const ratio = (size - around) / (count - around);
  if (ratio < 1 / FURTHEST || ratio > FURTHEST) return null;
  return { config: { ...config, num_hidden_layers: Math.max(1, Math.round(layers * ratio)) }, base, width: SCALED };
}
