// Recognising a framework by the words at the top of its files: clues with weights, added up.
// Deliberately absent: any framework's words, and reading of values beyond "is it one of these".

import type { Entry, MapNode, SourceDoc } from '../yaml/source-doc.ts';
import type { Detection } from './dialect.ts';
import { text } from './value-parsers.ts';

export interface Clue {
  readonly weight: number;
  /** Values that make the key a clue; absent: any. */
  readonly values?: ReadonlySet<string>;
}

/** Maps, because a file may have any key: `constructor` is one. */
export type Clues = ReadonlyMap<string, Clue>;

/** `finetuning_type: [0.6, 'lora', 'full']`: what it weighs, and the values that count. */
export const cluesOf = (
  table: Readonly<Record<string, number | readonly [weight: number, ...values: string[]]>>,
): Clues =>
  new Map(Object.entries(table).map(([key, row]) => [key, typeof row === 'number' ? { weight: row } : clueOf(row)]));

const clueOf = ([weight, ...values]: readonly [number, ...string[]]): Clue => ({ weight, values: new Set(values) });

export interface Words {
  /** Words of this framework alone. Without one of them there is no claim. */
  readonly own: Clues;
  /** Words it shares with others of its kind. */
  readonly shared: Clues;
  /** Keys at the top that no file of this framework has. */
  readonly foreign: ReadonlySet<string>;
}

export interface Claim extends Detection {
  readonly root: MapNode;
}

/** The best claim on a mapping of the stream; null where there is none. */
export function claimOf(doc: SourceDoc, words: Words): Claim | null {
  const claims = doc.roots.flatMap((root) => (root.kind === 'map' ? [claimOn(root, words)] : []));
  return claims.reduce<Claim | null>((best, claim) => (claim.score > (best?.score ?? 0) ? claim : best), null);
}

function claimOn(root: MapNode, { own, shared, foreign }: Words): Claim {
  const mine = root.entries.filter((e) => counts(e, own.get(e.key)));
  if (mine.length === 0 || root.entries.some((e) => foreign.has(e.key))) return { root, score: 0, reasons: [] };
  const found = [...mine, ...root.entries.filter((e) => counts(e, shared.get(e.key)))];
  const score = found.reduce((sum, e) => sum + ((own.get(e.key) ?? shared.get(e.key))?.weight ?? 0), 0);
  return { root, score: Math.min(1, score), reasons: found.map((e) => ({ key: e.key, span: e.keySpan })) };
}

function counts(entry: Entry, clue: Clue | undefined): boolean {
  if (!clue) return false;
  return clue.values === undefined || clue.values.has(text.parse(entry.value)?.toLowerCase() ?? '');
}

/** Whether a key is written at the top of a mapping, with or without a value. */
export const has = (root: MapNode, key: string): boolean => root.entries.some((e) => e.key === key);
