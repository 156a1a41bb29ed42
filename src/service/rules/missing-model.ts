import { findingsOf, rule } from './rule.ts';

export const missingModel = rule<Readonly<Record<'key', string>>>({
  code: 'missing-model',
  severity: 'information',
  doc: { en: 'The file names no model, so there is no estimate.', 'zh-cn': '文件未指定模型，因此无法估算。' },
  find: (a) => findingsOf(a, 'missing-model', ['key']),
  message: {
    en: ({ key }) => `No estimate: no model is named. Set \`${key}\`.`,
    'zh-cn': ({ key }) => `无法估算：未指定模型。请设置 \`${key}\`。`,
  },
});
