// Keys that do nothing in their file, and keys that are probably slips: what a reader of the file should be told.

import type { KeyReader } from './key-reader.ts';
import type { IdleWhy } from './why.ts';

/** `C`: what decides it besides the file, such as the method. */
export interface Idle<C> {
  readonly keys: readonly string[];
  readonly why: IdleWhy;
  readonly instead?: string;
  readonly when: (file: KeyReader, context: C) => boolean;
}

/** Says which keys of the file have no effect. Reads nothing: call it after the values have been read. */
export function noteIdleKeys<C>(file: KeyReader, table: readonly Idle<C>[], context: C): void {
  for (const { keys, why, instead, when } of table) {
    if (!when(file, context)) continue;
    for (const key of keys) {
      if (file.has(key)) file.idle(key, why, instead);
    }
  }
}

/** Only near misses are told: forks of a framework have many keys of their own. */
export function noteUnknownKeys(file: KeyReader, known: ReadonlySet<string>): void {
  for (const key of file.keys()) {
    if (key.length < 4 || known.has(key)) continue;
    const suggestion = nearest(key, known);
    if (suggestion !== undefined) file.note('unknown-key', key, { suggestion });
  }
}

function nearest(key: string, known: ReadonlySet<string>): string | undefined {
  const slips = key.length < 8 ? 1 : 2;
  return [...known].find((name) => Math.abs(name.length - key.length) <= 2 && distance(key, name) <= slips);
}

/** Levenshtein. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
