// Offset -> entry, path -> node, span -> line and column.

import type { Entry, MapNode, Path, SourceDoc, SourceNode, Span } from './source-doc.ts';

export interface Place {
  readonly path: Path;
  readonly entry: Entry;
  /** The document of the stream that holds it. */
  readonly root: SourceNode;
}

/** The innermost entry whose key or value is at the offset; the rest of the line counts for a value not typed yet. */
export function entryAtOffset(doc: SourceDoc, offset: number): Place | null {
  for (const root of doc.roots) {
    const found = within(doc.text, root, offset, []);
    if (found) return { ...found, root };
  }
  return null;
}

function within(text: string, node: SourceNode, offset: number, path: Path): Omit<Place, 'root'> | null {
  if (node.kind === 'seq') {
    for (const [index, item] of node.items.entries()) {
      if (!contains(item.span, offset)) continue;
      const found = within(text, item, offset, [...path, index]);
      if (found) return found;
    }
  }
  if (node.kind !== 'map') return null;
  // Merged entries are written elsewhere: their place is found there.
  const entry = node.entries.find((e) => !e.merged && contains(extentOf(text, e), offset));
  if (!entry) return null;
  const here = [...path, entry.key];
  return (entry.alias ? null : within(text, entry.value, offset, here)) ?? { path: here, entry };
}

const contains = (span: Span, offset: number): boolean => span.start <= offset && offset <= span.end;

/** From the start of the key to the end of the value as written. */
function extentOf(text: string, entry: Entry): Span {
  const { keySpan, value, alias } = entry;
  const end = Math.max(keySpan.end, (alias ?? value.span).end);
  const untyped = value.kind === 'scalar' && value.raw === '' && !alias;
  return { start: keySpan.start, end: untyped ? Math.max(end, endOfValue(text, end)) : end };
}

/** Where a value that is not there could still be typed: before a comment, a comma or the end of the line. */
function endOfValue(text: string, from: number): number {
  let end = from;
  while (end < text.length && (text[end] === ' ' || text[end] === '\t' || text[end] === ':')) end += 1;
  return end;
}

/** The node at a path below a root; undefined when there is none. */
export function nodeAt(root: SourceNode | undefined, path: Path): SourceNode | undefined {
  return path.reduce<SourceNode | undefined>((node, step) => child(node, step), root);
}

/** The map entry at a path below a root (the last step is its key). */
export function entryAt(root: SourceNode | undefined, path: Path): Entry | undefined {
  const parent = nodeAt(root, path.slice(0, -1));
  return parent?.kind === 'map' ? entryOf(parent, String(path.at(-1))) : undefined;
}

const entryOf = (map: MapNode, key: string): Entry | undefined => map.entries.find((e) => e.key === key);

function child(node: SourceNode | undefined, step: string | number): SourceNode | undefined {
  if (node?.kind === 'map') return entryOf(node, String(step))?.value;
  return node?.kind === 'seq' ? node.items[Number(step)] : undefined;
}

export interface LineCol {
  /** Both from zero; columns in UTF-16 units, as editors count. */
  readonly line: number;
  readonly column: number;
}

/** Line and column of both ends of a span. `\n`, `\r\n` and a lone `\r` end lines. */
export function spanToLineCol(text: string, span: Span): { readonly start: LineCol; readonly end: LineCol } {
  return { start: lineColOf(text, span.start), end: lineColOf(text, span.end) };
}

function lineColOf(text: string, offset: number): LineCol {
  const before = text.slice(0, Math.max(0, offset));
  let line = 0;
  let start = 0;
  for (const match of before.matchAll(/\r\n|\n|\r(?!\n)/g)) {
    line += 1;
    start = match.index + match[0].length;
  }
  return { line, column: before.length - start };
}
