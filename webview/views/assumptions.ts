// What the file does not say and the answer depends on: the value that was taken, and why.

import type { PanelTexts } from '../../src/protocol/panel-texts.ts';
import type { ViewAssumption } from '../../src/protocol/view-model.ts';
import { element, keyedList, setAttributes, setText, type View } from '../ui/dom.ts';
import { setProse } from '../ui/prose.ts';
import { cell, columnHead, rowHead } from '../ui/table.ts';

export interface AssumptionsModel {
  readonly assumptions: readonly ViewAssumption[];
  readonly label: string;
  readonly texts: PanelTexts;
}

export function assumptionsView(): View<AssumptionsModel> {
  const heads = { field: columnHead(), value: columnHead(), why: columnHead() };
  const body = element('tbody');
  const table = element('table', 'rows plain', element('thead', '', element('tr', '', ...Object.values(heads))), body);
  const nothing = element('p', 'nothing');
  const rows = keyedList<ViewAssumption>(body, ({ field }) => field, assumptionRow);
  return {
    root: element('div', 'tab-content', table, nothing),
    update({ assumptions, label, texts }) {
      setAttributes(table, { 'aria-label': label });
      setText(heads.field, texts.field);
      setText(heads.value, texts.value);
      setText(heads.why, texts.why);
      rows.update(assumptions);
      table.hidden = assumptions.length === 0;
      setText(nothing, assumptions.length === 0 ? texts.noAssumptions : '');
    },
  };
}

function assumptionRow(): View<ViewAssumption> {
  const field = element('span', 'code');
  const value = element('span', 'code');
  const why = cell('muted');
  return {
    root: element('tr', '', rowHead(field), cell('', value), why),
    update(assumption) {
      setText(field, assumption.field);
      setText(value, assumption.value);
      setProse(why, assumption.why);
    },
  };
}
