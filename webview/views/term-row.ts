// One term of the peak: its row, and the rows of its parts, which open below it.

import { fill, type PanelTexts } from '../../src/protocol/panel-texts.ts';
import { percent } from '../../src/protocol/plain-text.ts';
import type { ViewModel, ViewTerm } from '../../src/protocol/view-model.ts';
import { paint } from '../theme.ts';
import { element, setAttributes, setText, type View } from '../ui/dom.ts';
import { icon } from '../ui/icons.ts';
import { cell, rowHead } from '../ui/table.ts';

export interface TermRowModel {
  readonly term: ViewTerm;
  readonly headings: ViewModel['headings'];
  readonly texts: PanelTexts;
  readonly open: boolean;
}

export interface TermRowActions {
  readonly reveal: (span: { readonly start: number; readonly end: number }) => void;
  readonly toggle: (id: string) => void;
  readonly light: (id: string | null) => void;
}

/** A body of its own, so that a term and its parts stay together in the table. */
export function termRow({ id }: ViewTerm, actions: TermRowActions): View<TermRowModel> {
  const toggle = element('button', 'toggle', icon('chevron'));
  const swatch = element('span', 'swatch');
  const label = element('button', 'label');
  const plainLabel = element('span', 'label');
  const size = cell('number');
  const share = cell('number share');
  const key = cell('key');
  const row = element(
    'tr',
    'term',
    rowHead(element('div', 'name', toggle, swatch, label, plainLabel)),
    size,
    share,
    key,
  );
  const root = element('tbody', '', row);
  paint(swatch, id);
  root.dataset.term = id;
  let target: ViewTerm['key'] = null;

  toggle.addEventListener('click', (event) => {
    event.stopPropagation();
    actions.toggle(id);
  });
  // The button is for the keyboard; the whole row is the target of the mouse.
  row.addEventListener('click', () => {
    if (target) actions.reveal({ start: target.start, end: target.end });
  });
  for (const event of ['pointerenter', 'focusin']) root.addEventListener(event, () => actions.light(id));
  for (const event of ['pointerleave', 'focusout']) root.addEventListener(event, () => actions.light(null));

  return {
    root,
    update({ term, headings, texts, open }) {
      target = term.key;
      row.classList.toggle('linked', target !== null);
      row.title = target ? `${term.description}\n${fill(texts.reveal, target.name)}` : term.description;
      setText(label, term.label);
      setText(plainLabel, term.label);
      label.hidden = target === null;
      plainLabel.hidden = target !== null;
      setAttributes(label, { 'aria-label': target && `${term.label}. ${fill(texts.reveal, target.name)}` });
      setText(size, term.text);
      setText(share, percent(term.share));
      setText(key, target?.name ?? '');
      toggle.classList.toggle('absent', term.parts.length === 0);
      toggle.disabled = term.parts.length === 0;
      setAttributes(toggle, { 'aria-expanded': String(open), 'aria-label': fill(texts.partsOf, term.label) });
      showParts(root, row, open ? partRows(term, headings) : []);
    },
  };
}

function showParts(root: HTMLElement, row: HTMLElement, parts: readonly HTMLElement[]): void {
  for (const child of [...root.children]) if (child !== row) child.remove();
  root.append(...parts);
}

function partRows(term: ViewTerm, headings: ViewModel['headings']): HTMLElement[] {
  const description = cell('description', term.description);
  description.colSpan = 4;
  const parts = term.parts.map((part) => {
    const operation = rowHead(element('span', 'operation', part.what), element('span', 'place', part.where));
    const share = term.bytes > 0 ? (part.bytes / term.bytes) * term.share : 0;
    const size = cell('number', part.text);
    setAttributes(size, { 'aria-label': `${headings.bytes}: ${part.text}` });
    return element('tr', 'part', operation, size, cell('number share', percent(share)), cell('key'));
  });
  return [element('tr', 'part', description), ...parts];
}
