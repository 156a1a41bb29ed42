// The phases of one training step, in their order: how high each of them goes, and which one decides the peak.

import type { PanelTexts } from '../../src/protocol/panel-texts.ts';
import type { ViewEstimate, ViewModel, ViewPhase } from '../../src/protocol/view-model.ts';
import { place, stepChart } from '../charts/draw.ts';
import { bars, layStep } from '../charts/layout.ts';
import { badge } from '../ui/controls.ts';
import { element, keyedList, section, setAttributes, setText, type View } from '../ui/dom.ts';
import { cell, columnHead, rowHead } from '../ui/table.ts';

export interface PhasesModel {
  readonly headings: ViewModel['headings'];
  readonly phases: ViewEstimate['phases'];
  readonly texts: PanelTexts;
}

interface PhaseRow {
  readonly phase: ViewPhase;
  readonly size: number;
  readonly peakText: string;
}

export function phasesView(): View<PhasesModel> {
  const heads = { phase: columnHead(), bytes: columnHead() };
  heads.bytes.colSpan = 2;
  const body = element('tbody');
  const head = element('thead', 'screen-reader', element('tr', '', heads.phase, heads.bytes));
  const table = element('table', 'rows phase-rows', head, body);
  const chart = stepChart();
  const { root, heading } = section('phases', chart.root, table);
  const rows = keyedList<PhaseRow>(body, ({ phase }) => phase.id, phaseRow);
  return {
    root,
    update({ headings, phases, texts }) {
      setText(heading, headings.phases);
      setAttributes(table, { 'aria-label': headings.phases });
      setText(heads.phase, texts.phase);
      setText(heads.bytes, headings.bytes);
      // Loading comes before the step and would press it flat where it is long over.
      const walked = phases.filter(({ id }) => id !== 'load');
      chart.root.hidden = walked.every(({ course }) => course.length < 2);
      chart.update({ layout: layStep(walked), labels: walked.map(({ label }) => label) });
      const sizes = bars(phases.map((phase) => phase.bytes));
      rows.update(phases.map((phase, i) => ({ phase, size: sizes[i] ?? 0, peakText: texts.peak })));
    },
  };
}

function phaseRow(): View<PhaseRow> {
  const label = element('span');
  const peak = badge();
  const bar = element('div', 'phase-bar');
  const track = element('div', 'phase-track', bar);
  const size = cell('number');
  const root = element('tr', 'phase', rowHead(element('div', 'name', label, peak.root)), cell('bar-cell', track), size);
  track.setAttribute('aria-hidden', 'true');
  return {
    root,
    update({ phase, size: share, peakText }) {
      setText(label, phase.label);
      setText(size, phase.text);
      root.classList.toggle('is-peak', phase.peak);
      peak.setText(peakText);
      peak.root.classList.toggle('absent', !phase.peak);
      place(bar, { start: 0, size: share });
    },
  };
}
