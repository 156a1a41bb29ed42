import { findingsOf, rule } from './rule.ts';

export const syntax = rule<Readonly<Record<'message', string>>>({
  code: 'syntax',
  severity: 'error',
  doc: { en: 'The text is not well-formed; what could be read is used.', 'zh-cn': '文本格式有误；仅使用可读的部分。' },
  find: (a) => findingsOf(a, 'syntax', ['message']),
  message: {
    en: ({ message }) => `Not readable here: ${message}`,
    'zh-cn': ({ message }) => `此处无法读取：${message}`,
  },
});
