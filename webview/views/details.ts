// What stands behind the number, as tabs: the three totals, the reasons for the range, what was assumed, what was found.

import type { PanelTexts } from '../../src/protocol/panel-texts.ts';
import type { ViewEstimate, ViewModel } from '../../src/protocol/view-model.ts';
import { type Tab, tabs } from '../ui/controls.ts';
import { element, type View } from '../ui/dom.ts';
import { assumptionsView } from './assumptions.ts';
import { causesView } from './causes.ts';
import { countersView } from './counters.ts';
import { findingsView } from './findings.ts';

export interface DetailsModel {
  readonly view: ViewModel;
  readonly estimate: ViewEstimate;
  readonly texts: PanelTexts;
}

export interface DetailsActions {
  readonly reveal: (span: { readonly start: number; readonly end: number }) => void;
  readonly chooseTab: (id: string) => void;
}

export function detailsView(active: string, actions: DetailsActions): View<DetailsModel> {
  const counters = countersView();
  const causes = causesView();
  const assumptions = assumptionsView();
  const findings = findingsView(actions.reveal);
  const contents: readonly Tab[] = [
    { id: 'counters', content: counters.root },
    { id: 'causes', content: causes.root },
    { id: 'assumptions', content: assumptions.root },
    { id: 'findings', content: findings.root },
  ];
  const known = contents.some(({ id }) => id === active) ? active : 'counters';
  const panels = tabs(contents, known, actions.chooseTab);
  return {
    root: element('section', 'details', panels.root),
    update({ view, estimate, texts }) {
      const { headings } = view;
      panels.update([
        { id: 'counters', label: headings.counters, count: 0 },
        { id: 'causes', label: headings.causes, count: estimate.causes.length },
        { id: 'assumptions', label: headings.assumptions, count: view.assumptions.length },
        { id: 'findings', label: headings.findings, count: view.findings.length },
      ]);
      counters.update({ counters: estimate.counters, depth: estimate.depth, label: headings.counters, texts });
      causes.update({ causes: estimate.causes, counters: estimate.counters, label: headings.causes, texts });
      assumptions.update({ assumptions: view.assumptions, label: headings.assumptions, texts });
      findings.update({ findings: view.findings, label: headings.findings, texts });
    },
  };
}
