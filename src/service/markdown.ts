// The only maker of markdown. Text of the user (model names, keys, values) is escaped; commands are linked only from here.
// Deliberately absent: HTML, images, and links to anywhere but our own commands.

/** A piece of markdown that is safe to show. Plain strings are not: they go through {@link plain} or {@link code}. */
declare const safe: unique symbol;
export type Markdown = string & { readonly [safe]: true };

export type CommandId = 'headroom.showPanel' | 'headroom.pickGpu' | 'headroom.profile';

const markdown = (text: string): Markdown => text as Markdown;

/** Line breaks end a table row; control and direction marks could make a text read as another one. */
const oneLine = (text: string): string =>
  text
    .replace(/[\r\n\t\u2028\u2029]+/g, ' ')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
    .replace(/[\u0000-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g, '');

const LONGEST = 200;
const shortened = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);

/** Text as text: nothing in it is markdown or HTML, and no address in it becomes a link. */
export function plain(text: string): Markdown {
  const escaped = shortened(oneLine(text)).replace(/[\\`*_{}[\]()#+!<>&|~$^=-]/g, '\\$&');
  // GitHub's markdown links bare addresses without any mark; a backslash inside keeps them text and does not show.
  return markdown(
    escaped.replace(/(https?|ftp|mailto|www|command|file|vscode)([:.])/gi, '$1\\$2').replaceAll('@', '\\@'),
  );
}

/** Text in a code span; the fence is longer than any run of backticks in it. */
export function code(text: string): Markdown {
  const line = shortened(oneLine(text)) || ' ';
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
