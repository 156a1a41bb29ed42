// How one value of a config is understood: what it accepts, and the words for what it expected.
// Lenient where the frameworks' argument parsers are (`"8"`, `1e3`, `no`), strict about what no run can have (NaN, a batch of -1).

import type { Scalar, SourceNode } from '../yaml/source-doc.ts';

export interface ValueParser<T> {
  /** Said to the user when the value cannot be read. */
  readonly expected: string;
  /** Undefined: not readable. */
  readonly parse: (node: SourceNode) => T | undefined;
}

/** Bounds no sensible run exceeds: beyond them a value is a slip of the keyboard, and arithmetic would lose exactness. */
const LARGEST = 1e9;

export const integer = (min: number, max: number = LARGEST): ValueParser<number> => ({
  expected: min === max ? `${min}` : `a whole number from ${min} to ${max}`,
  parse: (node) => {
    const value = numberOf(node);
    return value !== undefined && Number.isInteger(value) && value >= min && value <= max ? value : undefined;
  },
});

export const decimal = (min: number, max: number): ValueParser<number> => ({
  expected: `a number from ${min} to ${max}`,
  parse: (node) => {
    const value = numberOf(node);
    return value !== undefined && value >= min && value <= max ? value : undefined;
  },
});

export const boolean: ValueParser<boolean> = {
  expected: 'true or false',
  parse: (node) => (node.kind === 'scalar' ? BOOLEANS.get(String(node.value).toLowerCase()) : undefined),
};

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...['true', 'yes', 'on', '1', 't', 'y'].map((w) => [w, true] as const),
  ...['false', 'no', 'off', '0', 'f', 'n'].map((w) => [w, false] as const),
]);

export const text: ValueParser<string> = {
  expected: 'text',
  parse: (node) => (node.kind === 'scalar' && node.value !== null ? String(node.value).trim() || undefined : undefined),
};

/** A word of a table, in any case; the table's value is what it means. Booleans are looked up as `true` and `false`. */
export const oneOf = <T>(
  table: Readonly<Record<string, T>>,
  shown: readonly string[] = Object.keys(table),
): ValueParser<T> => ({
  expected: shown.join(', '),
  parse: (node) => {
    const word = text.parse(node)?.toLowerCase();
    return word !== undefined && Object.hasOwn(table, word) ? table[word] : undefined;
  },
});

/** `a, b`, `[a, b]` or a block list: one list of names. */
export const names: ValueParser<readonly string[]> = {
  expected: 'a list of names',
  parse: (node) => {
    const found = node.kind === 'seq' ? node.items.map((item) => text.parse(item)) : text.parse(node)?.split(',');
    const trimmed = found?.map((name) => name?.trim());
    return trimmed?.every((name): name is string => name !== undefined)
      ? trimmed.filter((name) => name !== '')
      : undefined;
  },
};

/** Either a path to a file or the file's content written in place. */
export const pathOrMapping: ValueParser<SourceNode> = {
  expected: 'a path or a mapping',
  parse: (node) => (node.kind === 'map' || text.parse(node) !== undefined ? node : undefined),
};

/** The number a scalar stands for; text such as `1e-4` counts, since argument parsers convert it. */
export function numberOf(node: SourceNode): number | undefined {
  if (node.kind !== 'scalar') return undefined;
  const value = numeric(node.value);
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}

function numeric(value: Scalar): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || !/^[-+]?(\d[\d_]*)(\.\d*)?([eE][-+]?\d{1,3})?$/.test(value.trim())) return undefined;
  return Number(value.replaceAll('_', ''));
}
