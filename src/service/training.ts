// The analyses that surfaces speak about. Any other analysis gives nothing on every surface.

import type { Dialect, KeySpec } from '../dialects/dialect.ts';
import type { Reading, RunField } from '../dialects/reading.ts';
import type { Path, Span } from '../yaml/source-doc.ts';
import type { Analysis } from './analysis-types.ts';

export interface Training extends Analysis {
  readonly dialect: Dialect;
  readonly reading: Reading;
}

export const isTraining = (a: Analysis): a is Training => a.dialect !== null && a.reading !== null;

/** A key as it stands in the file. */
export interface FileKey {
  readonly name: string;
  readonly keySpan: Span;
  readonly span: Span;
}

/** The key of the file that decides a field of the run; null: a default does, or something that was concluded. */
export function keyOf(a: Training, field: RunField): FileKey | null {
  const origin = a.reading.fields.get(field)?.origin;
  return origin?.kind === 'file' ? { name: origin.key, keySpan: origin.keySpan, span: origin.span } : null;
}

/** The specification of the key at a path, or of the nearest key above it (an item of a list belongs to the list's key). */
export function specAt(dialect: Dialect, path: Path): KeySpec | null {
  const names = path.filter((step) => typeof step === 'string');
  const longest = names.map((_, i) => names.slice(0, names.length - i).join('.'));
  for (const name of longest) {
    const spec = dialect.keys.find((k) => k.key === name);
    if (spec) return spec;
  }
  return null;
}

/** Where the run begins: what its command starts, else the start of the file. */
export function homeSpan({ doc }: Training): Span {
  const [ours] = doc.roots;
  return (ours?.kind === 'map' ? ours.launch?.span : undefined) ?? { start: 0, end: 0 };
}

/** Where the whole run is spoken about: the model's name (its key, where the model is a block), else where the run begins. */
export function modelSpan(a: Training): Span {
  const key = keyOf(a, 'model');
  if (!key) return homeSpan(a);
  return /[\r\n]/.test(a.doc.text.slice(key.span.start, key.span.end)) ? key.keySpan : key.span;
}
