// What there is to say about the file: the same findings as the editor's squiggles. Each leads to its place.

import type { PanelTexts } from '../../src/protocol/panel-texts.ts';
import type { ViewFinding } from '../../src/protocol/view-model.ts';
import { element, keyedList, setAttributes, setText, type View } from '../ui/dom.ts';
import { drawIcon, type IconName, icon } from '../ui/icons.ts';
import { setProse } from '../ui/prose.ts';

export interface FindingsModel {
  readonly findings: readonly ViewFinding[];
  readonly label: string;
  readonly texts: PanelTexts;
}

type Severity = ViewFinding['severity'];
type Reveal = (span: { readonly start: number; readonly end: number }) => void;

const ICONS: Readonly<Record<Severity, IconName>> = {
  error: 'cross',
  warning: 'warning',
  information: 'information',
  hint: 'information',
};

interface FindingRow {
  readonly finding: ViewFinding;
  readonly severityText: string;
}

export function findingsView(reveal: Reveal): View<FindingsModel> {
  const list = element('ul', 'findings');
  const nothing = element('p', 'nothing');
  const rows = keyedList<FindingRow>(
    list,
    ({ finding }) => `${finding.code} ${finding.start} ${finding.message}`,
    () => findingRow(reveal),
  );
  return {
    root: element('div', 'tab-content', list, nothing),
    update({ findings, label, texts }) {
      setAttributes(list, { 'aria-label': label });
      rows.update(findings.map((finding) => ({ finding, severityText: texts[finding.severity] })));
      list.hidden = findings.length === 0;
      setText(nothing, findings.length === 0 ? texts.noFindings : '');
    },
  };
}

function findingRow(reveal: Reveal): View<FindingRow> {
  const picture = icon('information');
  const severity = element('span', 'severity');
  const message = element('span', 'message');
  const code = element('span', 'finding-code');
  const press = element('button', 'finding', picture, element('span', 'finding-text', severity, message, code));
  let place = { start: 0, end: 0 };
  press.addEventListener('click', () => reveal(place));
  return {
    root: element('li', '', press),
    update({ finding, severityText }) {
      place = { start: finding.start, end: finding.end };
      press.dataset.severity = finding.severity;
      drawIcon(picture, ICONS[finding.severity]);
      setText(severity, severityText);
      setProse(message, finding.message);
      setText(code, finding.code);
    },
  };
}
