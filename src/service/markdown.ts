// The only maker of markdown. Text of the user (model names, keys, values) is escaped; commands are linked only from here.
// Deliberately absent: HTML, images, and links to anywhere but our own commands.

import { printName } from './print-name.ts';

/** A piece of markdown that is safe to show. Plain strings are not: they go through {@link plain} or {@link code}. */
declare const safe: unique symbol;
export type Markdown = string & { readonly [safe]: true };

export type CommandId = 'headroom.showPanel' | 'headroom.pickGpu' | 'headroom.profile';

const markdown = (text: string): Markdown => text as Markdown;

/** Longer than any sentence of ours; a text of the user's is cut there. */
const LONGEST = 600;

/** Text as text: nothing in it is markdown, HTML or a theme icon, and no address in it becomes a link. */
export const plain = (text: string): Markdown => markdown(escaped(printName(text, LONGEST)));

function escaped(text: string): string {
  return (
    text
      .replace(/[\\`*_[\]<>&|~]/g, '\\$&')
      // What starts a heading, a list or a rule does so only at the start.
      .replace(/^(\s*)(#|=|\+(?=\s|$)|-(?=[\s-]|$))/, '$1\\$2')
      .replace(/^(\s*\d+)([.)])(?=\s|$)/, '$1\\$2')
      .replaceAll('$(', '\\$(')
      // GitHub's markdown links bare addresses without any mark; a backslash inside keeps them text and does not show.
      .replace(/(https?|ftp|mailto|www|command|file|vscode)([:.])/gi, '$1\\$2')
      .replaceAll('@', '\\@')
  );
}

/** Our own sentences, where backticks mark keys and values. */
export const prose = (text: string): Markdown =>
  markdown(
    text
      .split('`')
      .map((part, i) => (i % 2 === 0 ? escaped(part) : code(part)))
      .join(''),
  );

/** Text in a code span; the fence is longer than any run of backticks in it. */
export function code(text: string): Markdown {
  const line = printName(text, LONGEST) || ' ';
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = '`'.repeat(longest + 1);
  const gap = longest > 0 || line.startsWith(' ') || line.endsWith(' ') ? ' ' : '';
  return markdown(`${fence}${gap}${line}${gap}${fence}`);
}

export const bold = (text: Markdown): Markdown => markdown(`**${text}**`);
export const inline = (...parts: readonly (Markdown | ' ' | ' · ' | ': ')[]): Markdown => markdown(parts.join(''));

export function commandLink(label: string, command: CommandId): Markdown {
  return markdown(`[${plain(label)}](command:${command})`);
}

export const paragraphs = (...parts: readonly (Markdown | null)[]): Markdown =>
  markdown(parts.filter((p) => p !== null && p !== '').join('\n\n'));

export const bullets = (items: readonly Markdown[]): Markdown => markdown(items.map((i) => `- ${i}`).join('\n'));

/** The first column stands left, numbers stand right. A bar ends a cell even inside a code span, unless it is escaped. */
export function table(head: readonly Markdown[], rows: readonly (readonly Markdown[])[]): Markdown {
  const line = (cells: readonly Markdown[]): string =>
    `| ${cells.map((cell) => cell.replace(/(?<!\\)\|/g, '\\|')).join(' | ')} |`;
  const marks = head.map((_, i) => (i === 0 ? ':--' : '--:'));
  return markdown([line(head), `|${marks.join('|')}|`, ...rows.map(line)].join('\n'));
}
