import { fitText } from '../headline.ts';
import { printRange } from '../print-range.ts';
import { printUsable } from '../target.ts';
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
      target: printUsable(a.target, a.environment.language),
      fit: fitText(a, a.target) ?? '',
    };
    return [{ span: modelSpan(a), args }];
  },
  message: {
    en: ({ peak, target, fit }) => `${peak} may not fit on ${target}: ${fit}`,
    'zh-cn': ({ peak, target, fit }) => `${peak}，${target} 可能装不下：${fit}`,
  },
  fixes: fittingFixes,
});
