// The three totals that are kept apart, on one scale: what tensors hold, what the allocator holds, what the card shows.

import type { PanelTexts } from '../../src/protocol/panel-texts.ts';
import type { ViewCounter, ViewEstimate } from '../../src/protocol/view-model.ts';
import { place } from '../charts/draw.ts';
import { scaleOver } from '../charts/layout.ts';
import { element, keyedList, setAttributes, setText, type View } from '../ui/dom.ts';

export interface CountersModel {
  readonly counters: readonly ViewCounter[];
  readonly depth: ViewEstimate['depth'];
  readonly label: string;
  readonly texts: PanelTexts;
}

interface CounterRow {
  readonly counter: ViewCounter;
  /** The right end of the common scale, in bytes. */
  readonly end: number;
}

export function countersView(): View<CountersModel> {
  const list = element('ul', 'counters');
  const depthNote = element('p', 'depth');
  const rows = keyedList<CounterRow>(list, ({ counter }) => counter.id, counterRow);
  return {
    root: element('div', 'tab-content', list, depthNote),
    update({ counters, depth, label, texts }) {
      setAttributes(list, { 'aria-label': label });
      setText(depthNote, depth === 'ledger' ? texts.quick : texts.full);
      const { end } = scaleOver(counters.map((counter) => counter.range.high));
      rows.update(counters.map((counter) => ({ counter, end })));
    },
  };
}

function counterRow({ counter: { id } }: CounterRow): View<CounterRow> {
  const label = element('span', 'counter-label');
  const size = element('span', 'counter-size');
  const bar = element('div', 'counter-bar');
  const whisker = element('div', 'counter-whisker');
  const track = element('div', 'counter-track', bar, whisker);
  const description = element('p', 'description');
  const root = element('li', `counter counter-${id}`, element('div', 'counter-head', label, size), track, description);
  track.setAttribute('aria-hidden', 'true');
  return {
    root,
    update({ counter: { label: text, description: words, range }, end }) {
      setText(label, text);
      setText(size, range.text);
      setText(description, words);
      place(bar, { start: 0, size: range.expected / end });
      place(whisker, { start: range.low / end, size: (range.high - range.low) / end });
    },
  };
}
