import { whyText } from '../../dialects/why.ts';
import { removeAt } from './repairs.ts';
import { findingsOf, rule } from './rule.ts';

type Args = Readonly<Record<'key' | 'why' | 'instead', string>>;

export const keyWithoutEffect = rule<Args>({
  code: 'key-without-effect',
  severity: 'hint',
  unnecessary: true,
  doc: { en: 'The key changes nothing in this file.', 'zh-cn': '该键在此文件中不起作用。' },
  find: (a) => findingsOf(a, 'key-without-effect', ['key', 'why', 'instead']),
  message: {
    en: ({ key, why, instead }) =>
      `\`${key}\` has no effect. ${whyText(why, 'en')}${instead === '' ? '' : ` The key to use is \`${instead}\`.`}`,
    'zh-cn': ({ key, why, instead }) =>
      `\`${key}\` 不起作用。${whyText(why, 'zh-cn')}${instead === '' ? '' : `应使用 \`${instead}\`。`}`,
  },
  fixes: (a, { span }) => removeAt(a, span, true),
});
