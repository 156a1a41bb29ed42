import { fitText } from '../headline.ts';
import { printRange } from '../print-range.ts';
import { printTarget } from '../target.ts';
import { modelSpan } from '../training.ts';
import { fittingFixes } from './over-budget.ts';
import { rule } from './rule.ts';

interface Args {
  readonly peak: string;
  readonly target: string;
  readonly fit: string;
}

export const tight = rule<Args>({
  code: 'tight',
  severity: 'information',
  doc: {
    en: 'The capacity of the GPU lies inside the range: the run may fit or may not.',
    'zh-cn': 'GPU 容量落在估算区间之内：可能装得下，也可能装不下。',
  },
  find: (a) => {
    if (a.verdict !== 'tight' || !a.estimate || !a.target) return [];
    const args = {
      peak: printRange(a.estimate.peak.device),
      target: printTarget(a.target),
      fit: fitText(a, a.target) ?? '',
    };
    return [{ span: modelSpan(a), args }];
  },
  message: {
    en: ({ peak, target, fit }) => `${peak} is tight on ${target}: ${fit}`,
    'zh-cn': ({ peak, target, fit }) => `${peak} 在 ${target} 上很紧：${fit}`,
  },
  fixes: fittingFixes,
});
