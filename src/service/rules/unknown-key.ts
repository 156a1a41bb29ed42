// A key nobody knows. In a framework's file a warning, for forks have keys of their own; in a headroom/run@1 file an
// error, for its schema is closed. Either way the rest of the file keeps its answer.

import { removeAt, replaceWord } from './repairs.ts';
import { findingsOf, type Rule, type RuleSpec, rule } from './rule.ts';

type Args = Readonly<Record<'key' | 'suggestion', string>>;

const unknown = (spec: Pick<RuleSpec<Args>, 'severity' | 'doc'> & { code: 'unknown-key' | 'unknown-field' }): Rule =>
  rule<Args>({
    ...spec,
    find: (a) => findingsOf(a, spec.code, ['key', 'suggestion']),
    message: {
      en: ({ key, suggestion }) =>
        `\`${key}\` is not a known key${suggestion === '' ? '' : `; did you mean \`${suggestion}\`?`}`,
      'zh-cn': ({ key, suggestion }) =>
        `未知的键 \`${key}\`${suggestion === '' ? '' : `，是否想写 \`${suggestion}\`？`}`,
    },
    fixes: (a, { span, args }) => [
      ...replaceWord(a, span, args.suggestion === '' ? [] : [args.suggestion]),
      ...removeAt(a, span, false),
    ],
  });

export const unknownKey = unknown({
  code: 'unknown-key',
  severity: 'warning',
  doc: { en: 'The framework knows no such key; often a slip of the pen.', 'zh-cn': '框架没有这个键，多半是笔误。' },
});

export const unknownField = unknown({
  code: 'unknown-field',
  severity: 'error',
  doc: {
    en: 'A `headroom/run@1` file has a field that its schema does not have; the answer leaves it out.',
    'zh-cn': '`headroom/run@1` 文件里有模式中没有的字段；估算不考虑它。',
  },
});
