// The arguments of a Python script as a mapping: `add_argument("--batch_size", default=32)` becomes `{ batch_size: 32 }`.
// Deliberately absent: Python. Only a literal default is read; anything else is an argument without a value.

import { resolvePlain } from './scalar.ts';
import type { Entry, Tree } from './source-doc.ts';

const ARGUMENT = /\.add_argument\(\s*(?:["']-\w["']\s*,\s*)?(["'])--([\w-]+)\1/g;
const DEFAULT = /\bdefault\s*=\s*(?:(["'])([^"'\n]*)\1|(-?[\w.+-]+))/;
/** An argument is not longer; its help may be anything. */
const LONGEST = 400;

export function readArguments(text: string): Tree {
  const found = [...text.matchAll(ARGUMENT)];
  const entries = found.map((match, i) => {
    const end = Math.min(found[i + 1]?.index ?? text.length, match.index + match[0].length + LONGEST);
    return entryOf(match, text.slice(match.index + match[0].length, end));
  });
  const [first, last] = [entries[0], entries.at(-1)];
  if (!first || !last) return { roots: [], comments: [], problems: [] };
  const span = { start: first.keySpan.start, end: last.value.span.end };
  return { roots: [{ kind: 'map', entries, span }], comments: [], problems: [] };
}

function entryOf(match: RegExpExecArray, behind: string): Entry {
  const name = match[2] ?? '';
  const keyEnd = match.index + match[0].length;
  const keySpan = { start: keyEnd - name.length - '--'.length - 2 * '"'.length, end: keyEnd };
  const found = DEFAULT.exec(behind);
  const raw = found?.[2] ?? found?.[3] ?? '';
  const quoted = found?.[1] !== undefined;
  const end = found ? keyEnd + found.index + found[0].length - (quoted ? 1 : 0) : keyEnd;
  const value = raw === 'None' ? null : quoted ? raw : resolvePlain(raw);
  return {
    key: name.replaceAll('-', '_'),
    keySpan,
    value: { kind: 'scalar', value, raw, span: { start: end - raw.length, end } },
    merged: false,
  };
}
