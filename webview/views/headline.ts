// The top of the panel: what is trained, the one number, whether it fits, and the bar that shows both.

import { formatBytes } from '../../src/base/bytes.ts';
import type { Verdict } from '../../src/memory/estimate.ts';
import { fill, type PanelTexts } from '../../src/protocol/panel-texts.ts';
import type { ViewModel } from '../../src/protocol/view-model.ts';
import { capacityChart } from '../charts/draw.ts';
import { layCapacity } from '../charts/layout.ts';
import { element, setAttributes, setText, type View } from '../ui/dom.ts';
import { drawIcon, type IconName, icon } from '../ui/icons.ts';
import { setProse } from '../ui/prose.ts';
import { cell, columnHead, rowHead } from '../ui/table.ts';

export interface HeadlineModel {
  readonly view: ViewModel;
  readonly texts: PanelTexts;
}

const VERDICT_ICONS: Readonly<Record<Verdict, IconName>> = { fits: 'check', tight: 'warning', over: 'cross' };

export function headline(toolbar: HTMLElement): View<HeadlineModel> {
  const title = element('h1', 'title');
  const subtitle = element('p', 'subtitle');
  const figure = element('span', 'figure');
  const width = element('span', 'width');
  const total = element('p', 'total', figure, width);
  const verdict = verdictLine();
  const chart = capacityChart();
  const why = element('p', 'why');
  const table = element('table', 'screen-reader');
  const root = element(
    'header',
    'headline',
    element('div', 'bar', element('div', 'names', title, subtitle), toolbar),
    total,
    verdict.root,
    chart.root,
    table,
    why,
  );
  return {
    root,
    update({ view, texts }) {
      setText(title, view.title);
      setText(subtitle, view.subtitle);
      title.title = view.title;
      subtitle.title = view.subtitle;
      const range = headRange(view);
      for (const part of [total, chart.root, table]) part.hidden = range === null;
      verdict.update(view);
      setProse(why, view.outcome.kind === 'floor' ? view.outcome.why : '');
      if (range === null) return;
      const [number, rest] = figureAndWidth(range.text);
      const floor = view.outcome.kind === 'floor';
      setText(figure, floor ? fill(texts.atLeast, number) : number);
      setText(width, rest);
      chart.update({
        layout: layCapacity(range, view.target?.capacity ?? null),
        verdict: view.target?.verdict ?? 'none',
        capacityLabel: view.target?.label ?? '',
        open: floor,
      });
      capacityTable(table, range, view, texts);
    },
  };
}

function headRange({ outcome }: ViewModel): { low: number; expected: number; high: number; text: string } | null {
  switch (outcome.kind) {
    case 'estimate':
      return outcome.total;
    case 'floor':
      return { low: outcome.bytes, expected: outcome.bytes, high: outcome.bytes, text: outcome.text };
    case 'none':
      return null;
  }
}

/** `21.4 GiB (20.1–22.9)`: the number is set large, its width small. Purely a matter of type size. */
function figureAndWidth(text: string): [string, string] {
  const at = text.indexOf(' (');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function verdictLine(): View<ViewModel> {
  const picture = icon('information');
  const words = element('span');
  const root = element('p', 'verdict', picture, words);
  return {
    root,
    update({ target, targetText }) {
      const verdict = target?.verdict ?? null;
      root.dataset.verdict = verdict ?? 'none';
      drawIcon(picture, verdict === null ? 'information' : VERDICT_ICONS[verdict]);
      setProse(words, target && verdict !== null ? `${target.label} · ${target.verdictText}` : targetText);
    },
  };
}

/** The bar's figures for screen readers. */
function capacityTable(
  table: HTMLTableElement,
  range: { low: number; expected: number; high: number },
  view: ViewModel,
  texts: PanelTexts,
): void {
  const rows: [string, number][] = [
    [texts.low, range.low],
    [texts.expected, range.expected],
    [texts.high, range.high],
  ];
  if (view.target) rows.push([texts.capacity, view.target.capacity]);
  setAttributes(table, { 'aria-label': view.headings.peak });
  table.replaceChildren(
    element('thead', '', element('tr', '', columnHead('', texts.quantity), columnHead('', view.headings.bytes))),
    element('tbody', '', ...rows.map(([name, size]) => element('tr', '', rowHead(name), cell('', formatBytes(size))))),
  );
}
