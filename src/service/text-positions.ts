// Offsets of the text and positions of the protocol. Both count UTF-16 units.

import type { Position, Range } from 'vscode-languageserver-types';
import { spanToLineCol } from '../yaml/locate.ts';
import type { Span } from '../yaml/source-doc.ts';

export function rangeOf(text: string, span: Span): Range {
  const { start, end } = spanToLineCol(text, span);
  return { start: { line: start.line, character: start.column }, end: { line: end.line, character: end.column } };
}

export const positionAt = (text: string, offset: number): Position =>
  rangeOf(text, { start: offset, end: offset }).start;

export function offsetAt(text: string, position: Position): number {
  let start = 0;
  let line = 0;
  for (const match of text.matchAll(/\r\n|\n|\r/g)) {
    if (line === position.line) break;
    line += 1;
    start = match.index + match[0].length;
  }
  return line < position.line ? text.length : Math.min(start + position.character, lineEnd(text, start));
}

/** The offset at which the line of `offset` ends, without its line break. */
export function lineEnd(text: string, offset: number): number {
  const rest = /[\r\n]/.exec(text.slice(offset));
  return rest ? offset + rest.index : text.length;
}
