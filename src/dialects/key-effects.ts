// Keys that do nothing in their file, and keys that are probably slips: what a reader of the file should be told.

import { nearMiss } from '../base/nearest.ts';
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
    const suggestion = known.has(key) ? undefined : nearMiss(key, known);
    if (suggestion !== undefined) file.note('unknown-key', key, { suggestion });
  }
}
