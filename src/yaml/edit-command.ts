// Changes to a command line: a flag gets another value, appears behind the others, or goes.

import type { TextEdit } from './edit.ts';
import type { Entry, MapNode, Scalar, SourceDoc } from './source-doc.ts';

type Flag = Scalar | readonly Scalar[];

export function setFlag({ text }: SourceDoc, command: MapNode, key: string, value: Flag): readonly TextEdit[] {
  const printed = [value].flat().map(printWord).join(' ');
  const entry = command.entries.find((e) => e.key === key);
  if (!entry) return [insertion(text, command, key, printed)];
  const at = entry.alias ?? entry.value.span;
  if (!isSwitch(entry)) return [{ span: at, newText: printed }];
  return value === true ? [] : [{ span: { start: at.end, end: at.end }, newText: ` ${printed}` }];
}

export function removeFlag({ text }: SourceDoc, command: MapNode, key: string): readonly TextEdit[] {
  const entry = command.entries.find((e) => e.key === key);
  if (!entry) return [];
  const end = Math.max(entry.keySpan.end, (entry.alias ?? entry.value.span).end);
  // With the blank, or the continued line end, before it.
  const before = /(?:[ \t]|\\\r?\n)*$/.exec(text.slice(0, entry.keySpan.start))?.[0].length ?? 0;
  return [{ span: { start: entry.keySpan.start - before, end }, newText: '' }];
}

const isSwitch = ({ keySpan, value }: Entry): boolean => value.span.start === keySpan.start;

/** On a line of its own where the command has one for each flag. */
function insertion(text: string, { span, entries }: MapNode, key: string, printed: string): TextEdit {
  const last = entries.at(-1);
  const lead = last ? (/\\\r?\n[ \t]*$/.exec(text.slice(span.start, last.keySpan.start))?.[0] ?? '') : '';
  const flag = last && !text.startsWith('-', last.keySpan.start) ? `${key}=${printed}` : `--${key} ${printed}`;
  return { span: { start: span.end, end: span.end }, newText: ` ${lead}${flag}` };
}

/** Quotes only where the shell would read something else. */
function printWord(value: Scalar): string {
  const word = String(value ?? '');
  return /^[\w./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
