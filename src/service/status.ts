// The status bar's one short item.

import { formatBytes } from '../base/bytes.ts';
import type { Analysis } from './analysis-types.ts';
import { fitText, headlineOf, wordsOf } from './headline.ts';
import { commandLink, type Markdown, paragraphs, plain } from './markdown.ts';
import { printCapacity, printSize, printUsable } from './target.ts';
import { isTraining, type Training } from './training.ts';

export interface Status {
  /** `21.4 / 24 GiB`; short, and without an icon: that is the host's. */
  readonly text: string;
  readonly tooltip: Markdown;
  /** The run does not fit; the host may use its warning background. */
  readonly over: boolean;
}

export function status(a: Analysis): Status | null {
  if (!isTraining(a)) return null;
  return { text: shortText(a), tooltip: tooltip(a), over: a.verdict === 'over' };
}

function shortText(a: Training): string {
  const { estimate, floor, target } = a;
  if (!estimate && !floor) return wordsOf(a).status.noEstimate;
  const amount = estimate ? formatBytes(estimate.peak.device.expected) : `≥ ${formatBytes(floor?.bytes ?? 0)}`;
  if (!target) return amount;
  // The size of the name, as in the lens; what a card leaves of it to programs is in the tooltip.
  const capacity = target.gpu ? printSize(target.gpu) : printCapacity(target.capacity);
  const unit = capacity.slice(capacity.lastIndexOf(' '));
  return `${amount.endsWith(unit) ? amount.slice(0, -unit.length) : amount} / ${capacity}`;
}

function tooltip(a: Training): Markdown {
  const words = wordsOf(a);
  const { peak, remark, next } = headlineOf(a);
  const fit = a.target ? fitText(a, a.target) : null;
  return paragraphs(
    plain([peak, remark].filter((part) => part !== null).join(' · ')),
    a.target && fit !== null ? plain(words.peak.on(printUsable(a.target, a.environment.language), fit)) : null,
    next === null ? null : a.estimate ? commandLink(next, 'headroom.pickGpu') : plain(next),
    commandLink(words.status.click, 'headroom.showPanel'),
  );
}
