import { removeAt, replaceWord } from './repairs.ts';
import { findingsOf, rule } from './rule.ts';

type Args = Readonly<Record<'key' | 'suggestion', string>>;

export const unknownKey = rule<Args>({
  code: 'unknown-key',
  severity: 'warning',
  doc: { en: 'The framework knows no such key; often a slip of the pen.', 'zh-cn': '框架没有这个键，多半是笔误。' },
  find: (a) => findingsOf(a, 'unknown-key', ['key', 'suggestion']),
  message: {
    en: ({ key, suggestion }) =>
      `\`${key}\` is not a known key${suggestion === '' ? '' : `; did you mean \`${suggestion}\`?`}`,
    'zh-cn': ({ key, suggestion }) => `未知的键 \`${key}\`${suggestion === '' ? '' : `，是否想写 \`${suggestion}\`？`}`,
  },
  fixes: (a, { span, args }) => [
    ...replaceWord(a, span, args.suggestion === '' ? [] : [args.suggestion]),
    ...removeAt(a, span, false),
  ],
});
