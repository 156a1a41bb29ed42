// Draws what layout.ts laid out, as boxes whose edges are percentages: they follow the panel's width without a redraw.
// Charts are pictures of a table that stands beside them (or inside them, for screen readers only), so they are hidden
// from assistive technology as a whole.

import { GiB } from '../../src/base/bytes.ts';
import { element, keyedList, setAttributes, setText, type View } from '../ui/dom.ts';
import { type CapacityLayout, type StepLayout, type Stretch, sideOf, type Tick } from './layout.ts';

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

export interface StepModel {
  readonly layout: StepLayout;
  /** What each zone is called. */
  readonly labels: readonly string[];
}

const SVG = 'http://www.w3.org/2000/svg';

/** Memory over one step: a line from phase to phase, with its highest point marked. */
export function stepChart(): View<StepModel> {
  const area = document.createElementNS(SVG, 'path');
  const line = document.createElementNS(SVG, 'path');
  const svg = document.createElementNS(SVG, 'svg');
  setAttributes(svg, { viewBox: '0 0 1 1', preserveAspectRatio: 'none' });
  setAttributes(area, { class: 'step-area' });
  setAttributes(line, { class: 'step-line' });
  svg.append(area, line);
  const top = element('div', 'step-top');
  const labels = element('div', 'step-labels');
  const root = element('div', 'chart step', element('div', 'step-plot', svg, top), labels);
  root.setAttribute('aria-hidden', 'true');
  const names = keyedList<{ text: string; zone: Stretch }>(labels, ({ text }) => text, makeZone);
  return {
    root,
    update({ layout, labels: texts }) {
      const path = layout.line.map(({ x, y }) => `${x.toFixed(4)},${(1 - y).toFixed(4)}`).join(' L');
      setAttributes(line, { d: `M${path}` });
      setAttributes(area, { d: `M0,1 L${path} L1,1 Z` });
      const highest = layout.line.reduce((best, point) => (point.y > best.y ? point : best), { x: 0, y: 0 });
      top.style.left = percent(highest.x);
      names.update(texts.map((text, i) => ({ text, zone: layout.zones[i] ?? { start: 0, size: 0 } })));
    },
  };
}

function makeZone(): View<{ text: string; zone: Stretch }> {
  const root = element('div', 'step-label');
  return {
    root,
    update({ text, zone }) {
      place(root, zone);
      setText(root, text);
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
