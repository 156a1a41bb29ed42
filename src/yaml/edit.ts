// Changes to a document as the smallest text edits: comments, order, indentation, quotes and line ends stay as they are.
// Deliberately absent: reformatting. A document is never printed anew from its tree.

import { removeFlag, setFlag } from './edit-command.ts';
import { entryAt, nodeAt } from './locate.ts';
import { resolvePlain } from './scalar.ts';
import type { Entry, MapNode, Path, Scalar, SourceDoc, SourceLanguage, SourceNode, Span } from './source-doc.ts';

export interface TextEdit {
  readonly span: Span;
  readonly newText: string;
}

/** What a fix may write. */
export type NewValue = Scalar | readonly Scalar[];

/** Sets a value; a key that is missing (or only merged in) is added. */
export function setValue(doc: SourceDoc, path: Path, value: NewValue): readonly TextEdit[] {
  const root = rootFor(doc, path);
  const entry = entryAt(root, path);
  if (doc.language === 'shell') return root?.kind === 'map' ? setFlag(doc, root, path.join('.'), value) : [];
  if (entry && !entry.merged) return [replaceValue(doc, entry, value)];
  const key = path.at(-1);
  return typeof key === 'string' ? insertKey(doc, path.slice(0, -1), key, value) : [];
}

/** Adds a key to the mapping at `parent`, after the key `after` or at its end. */
export function insertKey(
  doc: SourceDoc,
  parent: Path,
  key: string,
  value: NewValue,
  after?: string,
): readonly TextEdit[] {
  // A new argument is Python to write, not a value.
  if (doc.language === 'python') return [];
  const node = nodeAt(rootFor(doc, parent), parent);
  const written = node?.kind === 'map' ? node.entries.filter((e) => !e.merged) : [];
  const pair = `${printKey(key, doc.language)}: ${printValue(value, doc.language, undefined)}`;
  if (node?.kind === 'map' && isFlow(doc.text, node)) return [insertInFlow(doc, node, written, pair, after)];
  const anchor = written.find((e) => e.key === after) ?? written.at(-1);
  if (anchor) return [insertAfter(doc.text, anchor, pair)];
  return parent.length === 0 ? [appendTo(doc, pair)] : [];
}

/** Removes a key with its value and the comment behind it. */
export function removeKey(doc: SourceDoc, path: Path): readonly TextEdit[] {
  const root = rootFor(doc, path);
  if (doc.language === 'shell') return root?.kind === 'map' ? removeFlag(doc, root, path.join('.')) : [];
  const parent = nodeAt(root, path.slice(0, -1));
  const entry = entryAt(root, path);
  if (doc.language === 'python' || !entry || entry.merged || parent?.kind !== 'map') return [];
  const written = parent.entries.filter((e) => !e.merged).sort((a, b) => a.keySpan.start - b.keySpan.start);
  const span = isFlow(doc.text, parent) ? flowExtent(written, entry) : blockExtent(doc.text, written, entry);
  return span ? [{ span, newText: '' }] : [{ span: parent.span, newText: '{}' }];
}

/** The document of the stream in which the path exists; else the first. */
function rootFor(doc: SourceDoc, path: Path): SourceNode | undefined {
  return doc.roots.find((root) => path.length > 0 && nodeAt(root, path) !== undefined) ?? doc.roots[0];
}

function replaceValue(doc: SourceDoc, entry: Entry, value: NewValue): TextEdit {
  const { text, language } = doc;
  const span = trimmed(text, entry.alias ?? entry.value.span);
  const quote = /^["']/.exec(text.slice(span.start, span.end))?.[0];
  const printed = printValue(value, language, quote);
  if (span.start !== span.end) return { span, newText: printed };
  // `key:` or `key` alone: the colon and the space may still be missing.
  const colon = text.indexOf(':', entry.keySpan.end);
  const missing = colon === -1 || text.slice(entry.keySpan.end, colon).trim() !== '';
  const at = missing ? entry.keySpan.end : colon + 1;
  const end = missing ? at : at + (/^[ \t]*(?=\S)/.exec(text.slice(at))?.[0].length ?? 0);
  const beforeComment = !missing && text[end] === '#' ? ' ' : '';
  return { span: { start: at, end }, newText: `${missing ? ':' : ''} ${printed}${beforeComment}` };
}

/** Without the line end that a block scalar's span includes. */
function trimmed(text: string, span: Span): Span {
  let { end } = span;
  while (end > span.start && /[\r\n]/.test(text[end - 1] ?? '')) end -= 1;
  return { start: span.start, end };
}

const isFlow = (text: string, node: MapNode): boolean => text[node.span.start] === '{';

function insertInFlow(
  doc: SourceDoc,
  node: MapNode,
  written: readonly Entry[],
  pair: string,
  after?: string,
): TextEdit {
  const anchor = written.find((e) => e.key === after) ?? written.at(-1);
  if (!anchor) return at(node.span.start + 1, pair);
  const end = endOf(anchor);
  const line = lineStart(doc.text, anchor.keySpan.start);
  const lead = doc.text.slice(line, anchor.keySpan.start);
  // One pair a line, as JSON files are written, or all on one.
  return at(end, lead.trim() === '' ? `,${lineEnd(doc.text)}${lead}${pair}` : `, ${pair}`);
}

function insertAfter(text: string, anchor: Entry, pair: string): TextEdit {
  const eol = lineEnd(text);
  const end = endOf(anchor);
  const indent = indentOf(text, anchor);
  // The value of a block scalar or a nested block ends where the next line starts.
  if (end > 0 && text[end - 1] === '\n') return at(end, `${indent}${pair}${eol}`);
  const stop = endOfLine(text, end);
  return at(stop, `${eol}${indent}${pair}`);
}

function appendTo(doc: SourceDoc, pair: string): TextEdit {
  const { text } = doc;
  const eol = lineEnd(text);
  const gap = text === '' || text.endsWith('\n') ? '' : eol;
  return at(text.length, doc.language === 'json' ? `{ ${pair} }${eol}` : `${gap}${pair}${eol}`);
}

function flowExtent(written: readonly Entry[], entry: Entry): Span | null {
  const index = written.indexOf(entry);
  const next = written[index + 1];
  const previous = written[index - 1];
  if (next) return { start: entry.keySpan.start, end: next.keySpan.start };
  if (!previous) return null;
  return { start: endOf(previous), end: endOf(entry) };
}

function blockExtent(text: string, written: readonly Entry[], entry: Entry): Span | null {
  if (written.length === 1 && text.slice(lineStart(text, entry.keySpan.start), entry.keySpan.start).trim() !== '')
    return null;
  const start = lineStart(text, entry.keySpan.start);
  const end = endOf(entry);
  const stop = end > 0 && text[end - 1] === '\n' ? end : afterLine(text, end);
  if (text.slice(start, entry.keySpan.start).trim() === '') return { start, end: stop };
  // The first key of `- a: 1`: the dash stays, the next key moves up to it.
  const next = written[written.indexOf(entry) + 1];
  return next ? { start: entry.keySpan.start, end: next.keySpan.start } : null;
}

const at = (offset: number, newText: string): TextEdit => ({ span: { start: offset, end: offset }, newText });
const endOf = (entry: Entry): number => Math.max(entry.keySpan.end, (entry.alias ?? entry.value.span).end);
const lineStart = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1;
const lineEnd = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n');

function endOfLine(text: string, offset: number): number {
  const found = text.indexOf('\n', offset);
  if (found === -1) return text.length;
  return text[found - 1] === '\r' && found - 1 >= offset ? found - 1 : found;
}

function afterLine(text: string, offset: number): number {
  const found = text.indexOf('\n', offset);
  return found === -1 ? text.length : found + 1;
}

/** Spaces (or `- `, as spaces) before the key. */
function indentOf(text: string, entry: Entry): string {
  return text
    .slice(lineStart(text, entry.keySpan.start), entry.keySpan.start)
    .replace(/[^\t\ufeff]/g, ' ')
    .replace('\ufeff', '');
}

const printKey = (key: string, language: SourceLanguage): string =>
  language === 'json' ? JSON.stringify(key) : printText(key, undefined);

function printValue(value: NewValue, language: SourceLanguage, quote: string | undefined): string {
  if (isList(value)) return `[${value.map((v) => printScalar(v, language, undefined)).join(', ')}]`;
  return printScalar(value, language, quote);
}

const isList = (value: NewValue): value is readonly Scalar[] => Array.isArray(value);

function printScalar(value: Scalar, language: SourceLanguage, quote: string | undefined): string {
  if (typeof value !== 'string') return value === null ? 'null' : String(value);
  return language === 'json' ? JSON.stringify(value) : printText(value, quote);
}

/** Quotes of the value that stood there are kept; else quotes only where plain text would be read as something else. */
function printText(text: string, quote: string | undefined): string {
  if (quote === "'") return `'${text.replaceAll("'", "''")}'`;
  const plain = /^[\p{L}\p{N}_./~$][^\n\r\t#:{}[\],&*!|>'"%@`]*$/u.test(text) && text.trim() === text;
  return quote === undefined && plain && resolvePlain(text) === text ? text : JSON.stringify(text);
}
