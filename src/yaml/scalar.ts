// What a plain YAML scalar means to the loaders of Python (PyYAML, YAML 1.1), which is what frameworks read their files with.
// Two consequences that surprise: `no`, `on`, `off` are booleans, and `1e-4` is a string (1.1 wants a dot and a signed exponent).
// Readers of numbers accept that string, as the argument parsers of the frameworks do.

import type { Scalar, ScalarNode } from './source-doc.ts';

const WORDS: ReadonlyMap<string, Scalar> = new Map<string, Scalar>([
  ['', null],
  ['~', null],
  ...spellings('null').map((w) => [w, null] as const),
  ...['true', 'yes', 'on'].flatMap((w) => spellings(w).map((s) => [s, true] as const)),
  ...['false', 'no', 'off'].flatMap((w) => spellings(w).map((s) => [s, false] as const)),
  ...['.inf', '+.inf', '.Inf', '+.Inf', '.INF', '+.INF'].map((w) => [w, Number.POSITIVE_INFINITY] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((w) => [w, Number.NEGATIVE_INFINITY] as const),
  ...['.nan', '.NaN', '.NAN'].map((w) => [w, Number.NaN] as const),
]);

function spellings(word: string): readonly string[] {
  return [word, `${word[0]?.toUpperCase()}${word.slice(1)}`, word.toUpperCase()];
}

// The implicit resolvers of PyYAML's resolver.py, as values. Sexagesimals (`1:30`) are left as text: no loader's user means them.
const FLOAT = /^[-+]?(?:[0-9][0-9_]*)?\.[0-9_]*(?:[eE][-+][0-9]+)?$/;
const DECIMAL = /^[-+]?(?:0|[1-9][0-9_]*)$/;
const PREFIXED: readonly (readonly [form: RegExp, base: number])[] = [
  [/^[-+]?0b[01_]+$/, 2],
  [/^[-+]?0x[0-9a-fA-F_]+$/, 16],
  [/^[-+]?0[0-7_]+$/, 8],
];

export function resolvePlain(text: string): Scalar {
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  const first = text.charCodeAt(0);
  const numeric = (first >= 48 && first <= 57) || first === 43 || first === 45 || first === 46; // digit + - .
  return numeric && text.length < 400 ? (resolveNumber(text) ?? text) : text;
}

/** A value that stands in no file, such as a default, read as if it did. */
export const plainScalar = (text: string): ScalarNode => ({
  kind: 'scalar',
  value: resolvePlain(text),
  raw: text,
  span: { start: 0, end: 0 },
});

function resolveNumber(text: string): number | undefined {
  if (DECIMAL.test(text)) return Number(text.replaceAll('_', ''));
  if (FLOAT.test(text) && /[0-9]/.test(text)) return Number(text.replaceAll('_', ''));
  for (const [form, base] of PREFIXED) {
    if (form.test(text)) return inBase(text, base);
  }
  return undefined;
}

function inBase(text: string, base: number): number | undefined {
  const digits = text
    .replace(/^[-+]/, '')
    .replace(/^0[bx]?/, '')
    .replaceAll('_', '');
  const size = Number.parseInt(digits === '' ? '0' : digits, base);
  if (Number.isNaN(size)) return undefined;
  return text.startsWith('-') ? -size : size;
}
