// The panel as text, for an issue or a chat: the same facts in the same order, readable without Headroom.

import type { ViewModel, ViewOutcome } from './view-model.ts';

export function plainText(view: ViewModel): string {
  const head = [view.title, view.subtitle, ...outcomeHead(view.outcome), targetLine(view)];
  const sections = [
    ...outcomeSections(view),
    section(
      view.headings.assumptions,
      view.assumptions.map((a) => `${a.field} = ${a.value}: ${a.why}`),
    ),
    section(
      view.headings.findings,
      view.findings.map((f) => `${f.message} (${f.code})`),
    ),
  ];
  return [head.filter((line) => line !== '').join('\n'), ...sections.filter((text) => text !== '')].join('\n\n');
}

const targetLine = ({ target, targetText }: ViewModel): string =>
  target?.verdict ? `${target.label} · ${target.verdictText}` : targetText;

function outcomeHead(outcome: ViewOutcome): string[] {
  switch (outcome.kind) {
    case 'estimate':
      return [outcome.total.text];
    case 'floor':
      return [`≥ ${outcome.text}`, outcome.why];
    case 'none':
      return [outcome.why];
  }
}

function outcomeSections({ outcome, headings }: ViewModel): string[] {
  if (outcome.kind !== 'estimate') return [];
  return [
    section(
      headings.terms,
      outcome.terms.map((t) => `${t.label}: ${t.text} (${percent(t.share)})`),
    ),
    section(
      headings.phases,
      outcome.phases.map((p) => `${p.label}: ${p.text}${p.peak ? ' *' : ''}`),
    ),
    section(
      headings.counters,
      outcome.counters.map((c) => `${c.label}: ${c.range.text}`),
    ),
    section(
      headings.causes,
      outcome.causes.map((c) => `${c.label}: ${c.text}`),
    ),
  ];
}

function section(heading: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : [heading, ...lines.map((line) => `- ${line}`)].join('\n');
}

/** `43 %`; a share too small to round to one percent still says that it is there. */
export function percent(share: number): string {
  if (share > 0 && share < 0.005) return '< 1 %';
  return `${Math.round(share * 100)} %`;
}
