import { findingsOf, rule } from './rule.ts';

export const ambiguousDialect = rule<Readonly<Record<'first' | 'second', string>>>({
  code: 'ambiguous-dialect',
  severity: 'information',
  doc: { en: 'The file could belong to two frameworks.', 'zh-cn': '该文件可能属于两个框架。' },
  find: (a) => findingsOf(a, 'ambiguous-dialect', ['first', 'second']),
  message: {
    en: ({ first, second }) => `Read as a config of ${first}; it could also be one of ${second}`,
    'zh-cn': ({ first, second }) => `按 ${first} 的配置读取；也可能是 ${second} 的配置`,
  },
});
