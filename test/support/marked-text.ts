// Fixtures that say themselves what is expected of them.
//   `$0`                        the cursor
//   `# ^^^ warning code: text`  a problem under the carets, on the line above; a `#` right before the carets counts as one
//   `⟪text⟫`                    an inlay hint at that place
// A test strips the marks, asks the service, prints the answer back into the text and compares whole texts: what is
// missing and what is too much both fail, and the difference reads like the file.

import type { Diagnostic, InlayHint, Position, TextEdit } from 'vscode-languageserver-types';

const EXPECTATION = /^\s*#\s*\^+ (error|warning|information|hint) \S+: /;
const SEVERITIES = ['', 'error', 'warning', 'information', 'hint'];
const CURSOR = '$0';

const linesOf = (text: string): string[] => text.split('\n');

export function withoutCursor(marked: string): { text: string; position: Position } {
  const offset = marked.indexOf(CURSOR);
  if (offset === -1) throw new Error('the fixture has no $0');
  const before = linesOf(marked.slice(0, offset));
  const position = { line: before.length - 1, character: (before.at(-1) ?? '').length };
  return { text: marked.slice(0, offset) + marked.slice(offset + CURSOR.length), position };
}

export const withoutProblems = (marked: string): string =>
  linesOf(marked)
    .filter((line) => !EXPECTATION.test(line))
    .join('\n');

export function withProblems(text: string, problems: readonly Diagnostic[]): string {
  const lines = linesOf(text);
  return lines.flatMap((line, i) => [line, ...problemsAt(i, line, problems)]).join('\n');
}

function problemsAt(line: number, text: string, problems: readonly Diagnostic[]): string[] {
  return problems
    .filter((p) => p.range.start.line === line)
    .map((p) => {
      const start = p.range.start.character;
      const end = p.range.end.line === line ? p.range.end.character : text.length;
      const carets = '^'.repeat(Math.max(1, end - start));
      const comment = start === 0 ? `#${carets.slice(1) || '^'}` : `#${' '.repeat(start - 1)}${carets}`;
      return `${comment} ${SEVERITIES[p.severity ?? 0]} ${p.source}/${p.code}: ${p.message}`;
    });
}

export function withHints(text: string, hints: readonly InlayHint[]): string {
  const edits = hints.map(({ position, label, paddingLeft }) => ({
    range: { start: position, end: position },
    newText: `${paddingLeft ? ' ' : ''}⟪${String(label)}⟫`,
  }));
  return applied(text, edits);
}

export function applied(text: string, edits: readonly TextEdit[]): string {
  const starts = [0, ...[...text.matchAll(/\r\n|\n|\r/g)].map((m) => m.index + m[0].length)];
  const at = ({ line, character }: Position): number => starts[line]! + character;
  // Edits at one place are applied in their order, as the protocol says; the text behind moves only once.
  const sorted = edits
    .map((edit, i) => ({ ...edit, i }))
    .sort((x, y) => at(y.range.start) - at(x.range.start) || y.i - x.i);
  return sorted.reduce((t, { range, newText }) => t.slice(0, at(range.start)) + newText + t.slice(at(range.end)), text);
}
