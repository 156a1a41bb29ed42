import { featureName } from '../headline.ts';
import { keyOf, modelSpan, type Training } from '../training.ts';
import { sentencesIn } from '../words/sentences-in.ts';
import { findingsOf, type Occurrence, rule } from './rule.ts';

type Args = Readonly<Record<'field' | 'value', string>>;

export const unsupported = rule<Args>({
  code: 'unsupported',
  severity: 'information',
  doc: {
    en: 'The run uses something that is not modelled yet; only what is certain is counted.',
    'zh-cn': '训练用到了暂不支持模拟的功能；只计入确定需要的部分。',
  },
  find: (a) => [...findingsOf(a, 'unsupported', ['field', 'value']), ...floorOf(a)],
  message: {
    en: ({ field, value }) =>
      `${featureName(sentencesIn('en'), field, value)} is not modelled yet: only what is certain is counted`,
    'zh-cn': ({ field, value }) =>
      `暂不支持模拟：${featureName(sentencesIn('zh-cn'), field, value)}。只计入确定需要的部分`,
  },
});

/** What the replay could not do, at the key that asks for it; a dialect may have said so already. */
function floorOf(a: Training): readonly Occurrence<Args>[] {
  if (!a.floor || a.findings.some((f) => f.code === 'unsupported')) return [];
  const { field, value } = a.floor;
  const key = keyOf(a, field) ?? keyOf(a, field.split('.')[0] ?? field);
  return [{ span: key?.keySpan ?? modelSpan(a), args: { field, value } }];
}
