// What is said in place of an estimate: why there is none, what was found, what was assumed.

import type { PanelTexts } from '../../src/protocol/panel-texts.ts';
import type { ViewModel } from '../../src/protocol/view-model.ts';
import { element, section, setText, type View } from '../ui/dom.ts';
import { setProse } from '../ui/prose.ts';
import { assumptionsView } from './assumptions.ts';
import { findingsView } from './findings.ts';

export interface NotesModel {
  readonly view: ViewModel;
  readonly texts: PanelTexts;
}

export function notesView(reveal: (span: { readonly start: number; readonly end: number }) => void): View<NotesModel> {
  const findings = findingsView(reveal);
  const assumptions = assumptionsView();
  const title = element('h2');
  const why = element('p');
  const reason = element('div', 'reason', title, why);
  const found = section('notes-findings', findings.root);
  const assumed = section('notes-assumptions', assumptions.root);
  return {
    root: element('div', 'notes', reason, found.root, assumed.root),
    update({ view, texts }) {
      const { outcome, headings } = view;
      reason.hidden = outcome.kind !== 'none';
      setText(title, texts.noneTitle);
      setProse(why, outcome.kind === 'none' ? outcome.why : '');
      found.root.hidden = view.findings.length === 0;
      assumed.root.hidden = view.assumptions.length === 0;
      setText(found.heading, headings.findings);
      setText(assumed.heading, headings.assumptions);
      findings.update({ findings: view.findings, label: headings.findings, texts });
      assumptions.update({ assumptions: view.assumptions, label: headings.assumptions, texts });
    },
  };
}
