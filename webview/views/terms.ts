// What is alive at the peak: one stacked bar, and under it the table that says the same in words and numbers. A row
// leads to the key of the file that moves it; its parts open below it.

import type { PanelTexts } from '../../src/protocol/panel-texts.ts';
import type { ViewEstimate, ViewModel, ViewTerm } from '../../src/protocol/view-model.ts';
import { place } from '../charts/draw.ts';
import { type Stretch, stack } from '../charts/layout.ts';
import { paint, STACK_ORDER } from '../theme.ts';
import { element, keyedList, section, setAttributes, setText, type View } from '../ui/dom.ts';
import { columnHead } from '../ui/table.ts';
import { type TermRowActions, type TermRowModel, termRow } from './term-row.ts';

export interface TermsModel {
  readonly headings: ViewModel['headings'];
  readonly estimate: ViewEstimate;
  readonly texts: PanelTexts;
  /** Ids of the terms whose parts are shown. */
  readonly open: readonly string[];
}

interface Segment {
  readonly term: ViewTerm;
  readonly stretch: Stretch;
}

export function termsView(actions: Omit<TermRowActions, 'light'>): View<TermsModel> {
  const bar = element('div', 'chart stack');
  bar.setAttribute('aria-hidden', 'true');
  const heads = {
    term: columnHead(),
    bytes: columnHead('number'),
    share: columnHead('number share'),
    key: columnHead('key'),
  };
  const table = element('table', 'rows', element('thead', '', element('tr', '', ...Object.values(heads))));
  const { root, heading } = section('terms', bar, table);

  const light = (id: string | null): void => highlight(root, id);
  const idOf = ({ term }: { readonly term: ViewTerm }): string => term.id;
  const segments = keyedList<Segment>(bar, idOf, ({ term }) => segment(term, light));
  const rows = keyedList<TermRowModel>(table, idOf, ({ term }) => termRow(term, { ...actions, light }));
  return {
    root,
    update({ headings, estimate, texts, open }) {
      setText(heading, headings.terms);
      setAttributes(table, { 'aria-label': headings.terms });
      setText(heads.term, headings.term);
      setText(heads.bytes, headings.bytes);
      setText(heads.share, headings.share);
      setText(heads.key, headings.key);
      const terms = inStackOrder(estimate.terms);
      const stretches = stack(terms.map((term) => term.bytes));
      segments.update(terms.map((term, i) => ({ term, stretch: stretches[i] ?? { start: 0, size: 0 } })));
      rows.update(terms.map((term) => ({ term, headings, texts, open: open.includes(term.id) })));
    },
  };
}

const inStackOrder = (terms: readonly ViewTerm[]): readonly ViewTerm[] =>
  [...terms].sort((a, b) => STACK_ORDER.indexOf(a.id) - STACK_ORDER.indexOf(b.id));

function segment({ id }: ViewTerm, light: (id: string | null) => void): View<Segment> {
  const label = element('span', 'segment-label');
  const root = element('div', 'segment', label);
  root.dataset.term = id;
  paint(root, id);
  root.addEventListener('pointerenter', () => light(id));
  root.addEventListener('pointerleave', () => light(null));
  return {
    root,
    update({ term, stretch }) {
      place(root, stretch);
      setText(label, term.label);
      root.title = `${term.label}: ${term.text}`;
    },
  };
}

/** Row and segment of one term stand out together; null: all are equal again. */
function highlight(root: HTMLElement, id: string | null): void {
  root.classList.toggle('has-lit', id !== null);
  for (const node of root.querySelectorAll<HTMLElement>('[data-term]')) {
    node.classList.toggle('lit', node.dataset.term === id);
  }
}
