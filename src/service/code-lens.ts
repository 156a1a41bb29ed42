// One lens above the first line, or above the command that starts the run: the peak, whether it fits, and what a click does.

import type { CodeLens } from 'vscode-languageserver-types';
import type { Analysis } from './analysis-types.ts';
import { headlineOf, wordsOf } from './headline.ts';
import type { CommandId } from './markdown.ts';
import { rangeOf } from './text-positions.ts';
import { homeSpan, isTraining } from './training.ts';

export function codeLenses(a: Analysis): readonly CodeLens[] {
  if (!isTraining(a)) return [];
  const { kind, peak, remark } = headlineOf(a);
  const words = wordsOf(a);
  // Without a GPU the next step is to pick one; the panel says the same.
  const picks = kind === 'estimate' && !a.target;
  const command: CommandId = picks ? 'headroom.pickGpu' : 'headroom.showPanel';
  const parts = [peak, remark, picks ? null : words.peak.breakdown].filter((part) => part !== null);
  const { start } = rangeOf(a.doc.text, homeSpan(a));
  return [{ range: { start, end: start }, command: { title: parts.join(' · '), command } }];
}
