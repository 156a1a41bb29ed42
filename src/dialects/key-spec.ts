// A table of keys in few words: one row a key.

import type { KeySpec, ValueType } from './dialect.ts';

type Extra = Partial<Pick<KeySpec, 'default' | 'field' | 'values' | 'scales' | 'retired'>>;

/** Rows of one source file of a framework: `row(key, type, extra, English, Chinese)`. */
export const rowsOf =
  (source: string) =>
  (key: string, type: ValueType, extra: Extra, en: string, zh: string): KeySpec => ({
    key,
    type,
    ...extra,
    source,
    doc: { en, 'zh-cn': zh },
  });

export const specsByKey = (specs: readonly KeySpec[]): ReadonlyMap<string, KeySpec> =>
  new Map(specs.map((s) => [s.key, s]));

/** The rows of a table with another's laid over them, key by key. */
export const overlaid = (below: readonly KeySpec[], above: readonly KeySpec[]): readonly KeySpec[] => {
  const own = new Set(above.map((s) => s.key));
  return [...below.filter((s) => !own.has(s.key)), ...above];
};

/** Names, separated by blanks. */
export const words = (list: string): readonly string[] => list.trim().split(/\s+/);
