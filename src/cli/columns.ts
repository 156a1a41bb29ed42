// Text in columns: how wide a string is on a terminal, and tables that stay aligned when it holds Chinese.

/**
 * Ranges that take two columns: East Asian Wide and Fullwidth of Unicode's EastAsianWidth, and emoji.
 * https://www.unicode.org/reports/tr11/
 */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe4f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
];

/** Columns a text takes on a terminal; combining marks, controls and colour codes take none. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of withoutColour(text)) width += characterWidth(character);
  return width;
}

function characterWidth(character: string): number {
  if (/^[\p{Mn}\p{Me}\p{Cf}\p{Cc}]$/u.test(character)) return 0;
  const code = character.codePointAt(0) ?? 0;
  return WIDE.some(([from, to]) => code >= from && code <= to) ? 2 : 1;
}

const ESCAPE = String.fromCharCode(27);
const COLOUR = new RegExp(`${ESCAPE}\\[[0-9;]*m`, 'g');
const withoutColour = (text: string): string => text.replace(COLOUR, '');

/** Cuts from the left (`start`) or the right, so that the text with its `…` fits. */
export function cut(text: string, width: number, from: 'start' | 'end'): string {
  if (displayWidth(text) <= width) return text;
  const characters = [...text];
  while (characters.length > 0 && displayWidth(characters.join('')) > width - 1) {
    if (from === 'start') characters.shift();
    else characters.pop();
  }
  return from === 'start' ? `…${characters.join('')}` : `${characters.join('')}…`;
}

export interface Column {
  readonly align: 'left' | 'right';
  /** Where text may be lost when the terminal is narrow; absent: nowhere. */
  readonly cut?: 'start' | 'end';
  /** A cut column keeps at least this much. */
  readonly least?: number;
}

const GAP = '  ';

/** Rows of cells as aligned lines; columns that may be cut give way, the last of them first, until the table fits. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[], room: number): string[] {
  const widths = columns.map((_, i) => Math.max(0, ...rows.map((row) => displayWidth(row[i] ?? ''))));
  let excess = widths.reduce((sum, width) => sum + width, GAP.length * (columns.length - 1)) - room;
  for (let i = columns.length - 1; i >= 0 && excess > 0; i--) {
    const width = widths[i] ?? 0;
    if (!columns[i]?.cut) continue;
    const given = Math.min(excess, Math.max(0, width - (columns[i]?.least ?? 8)));
    widths[i] = width - given;
    excess -= given;
  }
  return rows.map((row) =>
    columns
      .map((column, i) => cell(column, row[i] ?? '', widths[i] ?? 0))
      .join(GAP)
      .trimEnd(),
  );
}

function cell(column: Column, text: string, width: number): string {
  const shown = column.cut ? cut(text, width, column.cut) : text;
  const padding = ' '.repeat(Math.max(0, width - displayWidth(shown)));
  return column.align === 'right' ? padding + shown : shown + padding;
}
