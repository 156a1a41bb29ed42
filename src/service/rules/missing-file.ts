import { findingsOf, rule } from './rule.ts';

export const missingFile = rule<Readonly<Record<'path', string>>>({
  code: 'missing-file',
  severity: 'information',
  doc: { en: 'A file that the config names does not exist.', 'zh-cn': '配置所指的文件不存在。' },
  find: (a) => findingsOf(a, 'missing-file', ['path']),
  message: {
    en: ({ path }) => `${path} was not found; the estimate does without it`,
    'zh-cn': ({ path }) => `找不到 ${path}；估算未使用它`,
  },
});
