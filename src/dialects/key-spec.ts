// A table of keys in few words: one row a key.

import type { KeySpec, ValueType } from './dialect.ts';

type Extra = Partial<Pick<KeySpec, 'default' | 'field' | 'values' | 'scales'>>;

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
