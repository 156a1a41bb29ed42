import { findingsOf, rule } from './rule.ts';

export const duplicateKey = rule<Readonly<Record<'key', string>>>({
  code: 'duplicate-key',
  severity: 'warning',
  doc: { en: 'A key stands twice; the last one wins.', 'zh-cn': '键重复出现；以最后一个为准。' },
  find: (a) => findingsOf(a, 'duplicate-key', ['key']),
  message: {
    en: ({ key }) => `\`${key}\` stands more than once; the last one wins`,
    'zh-cn': ({ key }) => `\`${key}\` 重复出现；以最后一个为准`,
  },
});
