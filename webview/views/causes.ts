// Why the answer is a range: each reason, which total it widens, and by how much either way.

import type { PanelTexts } from '../../src/protocol/panel-texts.ts';
import type { ViewCause, ViewCounter } from '../../src/protocol/view-model.ts';
import { element, keyedList, setAttributes, setText, type View } from '../ui/dom.ts';
import { setProse } from '../ui/prose.ts';
import { cell, columnHead, rowHead } from '../ui/table.ts';

export interface CausesModel {
  readonly causes: readonly ViewCause[];
  readonly counters: readonly ViewCounter[];
  readonly label: string;
  readonly texts: PanelTexts;
}

interface CauseRow {
  readonly cause: ViewCause;
  readonly of: string;
}

export function causesView(): View<CausesModel> {
  const heads = { cause: columnHead(), total: columnHead(), width: columnHead('width-of') };
  const body = element('tbody');
  const table = element('table', 'rows plain', element('thead', '', element('tr', '', ...Object.values(heads))), body);
  const nothing = element('p', 'nothing');
  const rows = keyedList<CauseRow>(body, ({ cause }) => `${cause.of} ${cause.id}`, causeRow);
  return {
    root: element('div', 'tab-content', table, nothing),
    update({ causes, counters, label, texts }) {
      setAttributes(table, { 'aria-label': label });
      setText(heads.cause, texts.cause);
      setText(heads.total, texts.total);
      setText(heads.width, texts.width);
      const names = new Map(counters.map((counter) => [counter.id, counter.label]));
      rows.update(causes.map((cause) => ({ cause, of: names.get(cause.of) ?? cause.of })));
      table.hidden = causes.length === 0;
      setText(nothing, causes.length === 0 ? texts.noCauses : '');
    },
  };
}

function causeRow(): View<CauseRow> {
  const label = rowHead();
  const of = cell('total-name');
  const width = cell('width-of');
  return {
    root: element('tr', '', label, of, width),
    update({ cause, of: total }) {
      setProse(label, cause.label);
      setText(of, total);
      setText(width, cause.text);
    },
  };
}
