// Draws what layout.ts laid out, as boxes whose edges are percentages: they follow the panel's width without a redraw.
// Charts are pictures of a table that stands beside them (or inside them, for screen readers only), so they are hidden
// from assistive technology as a whole.

import { GiB } from '../../src/base/bytes.ts';
import { element, keyedList, setText, type View } from '../ui/dom.ts';
import { type CapacityLayout, type Stretch, sideOf, type Tick } from './layout.ts';

const percent = (share: number): string => `${(share * 100).toFixed(3)}%`;

export function place(node: HTMLElement, { start, size }: Stretch): void {
  node.style.left = percent(start);
  node.style.width = percent(size);
}

export interface CapacityModel {
  readonly layout: CapacityLayout;
  readonly verdict: string;
  readonly capacityLabel: string;
  /** A lower bound only: the bar has no right edge. */
  readonly open: boolean;
}

export function capacityChart(): View<CapacityModel> {
  const fill = element('div', 'capacity-fill');
  const whisker = element('div', 'capacity-whisker');
  const mark = element('div', 'capacity-mark');
  const label = element('div', 'capacity-label');
  const axis = element('div', 'axis');
  const root = element('div', 'chart capacity', label, element('div', 'capacity-track', fill, whisker, mark), axis);
  root.setAttribute('aria-hidden', 'true');
  const ticks = keyedList<Tick>(axis, (tick) => String(tick.bytes), makeTick);
  return {
    root,
    update({ layout, verdict, capacityLabel, open }) {
      root.dataset.verdict = verdict;
      root.classList.toggle('open', open);
      place(fill, { start: 0, size: layout.filled });
      place(whisker, layout.whisker);
      const at = layout.capacity;
      mark.hidden = at === null;
      label.classList.toggle('absent', at === null);
      if (at !== null) {
        mark.style.left = percent(at);
        label.style.setProperty('--at', percent(at));
        label.dataset.side = sideOf(at);
      }
      setText(label, capacityLabel || ' ');
      ticks.update(layout.ticks);
    },
  };
}

function makeTick(): View<Tick> {
  const root = element('span', 'tick');
  return {
    root,
    update({ at, bytes }) {
      root.style.left = percent(at);
      root.dataset.edge = at === 0 ? 'start' : at === 1 ? 'end' : 'none';
      // Round by construction, and the unit stands once, at the end.
      setText(root, `${Number((bytes / GiB).toPrecision(3))}${at === 1 ? ' GiB' : ''}`);
    },
  };
}
