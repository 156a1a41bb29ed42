import { formatBytes } from '../../base/bytes.ts';
import { wordsOf } from '../headline.ts';
import { leversOf } from '../levers.ts';
import { printRange } from '../print-range.ts';
import { printUsable } from '../target.ts';
import { modelSpan, type Training } from '../training.ts';
import { type Fix, rule } from './rule.ts';

interface Args {
  readonly peak: string;
  readonly target: string;
  readonly short: string;
}

export const overBudget = rule<Args>({
  code: 'over-budget',
  severity: 'warning',
  doc: {
    en: 'The run needs more memory than the GPU has, even at the low end of the range.',
    'zh-cn': '即使按区间下限，训练所需显存也超过 GPU 容量。',
  },
  find: (a) => (a.verdict === 'over' && a.target ? [{ span: modelSpan(a), args: argsOf(a, a.target) }] : []),
  message: {
    en: ({ peak, target, short }) => `${peak} does not fit on ${target}: ${short} too much`,
    'zh-cn': ({ peak, target, short }) => `${peak}，${target} 装不下：超出 ${short}`,
  },
  fixes: fittingFixes,
});

function argsOf({ estimate, floor, environment }: Training, target: NonNullable<Training['target']>): Args {
  const low = estimate?.peak.device.low ?? floor?.bytes ?? 0;
  return {
    peak: estimate ? printRange(estimate.peak.device) : `≥ ${formatBytes(low)}`,
    target: printUsable(target, environment.language),
    short: formatBytes(low - target.capacity),
  };
}

/** What to change so that it fits, each re-estimated; and the other way out, another GPU. */
export function fittingFixes(a: Training): readonly Fix[] {
  const levers = leversOf(a).map(({ title, edits }): Fix => ({ title, does: { edits } }));
  return [...levers, { title: wordsOf(a).fixes.pickGpu, does: { command: 'headroom.pickGpu' } }];
}
