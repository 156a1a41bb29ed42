// Cells of tables: real ones, with scopes, because every chart of the panel is also a table.

import { element } from './dom.ts';

export function columnHead(className = '', text = ''): HTMLTableCellElement {
  const head = element('th', className, text);
  head.scope = 'col';
  return head;
}

export function rowHead(...content: readonly (Node | string)[]): HTMLTableCellElement {
  const head = element('th', '', ...content);
  head.scope = 'row';
  return head;
}

export function cell(className = '', ...content: readonly (Node | string)[]): HTMLTableCellElement {
  return element('td', className, ...content);
}
