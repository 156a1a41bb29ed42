import { replaceWord } from './repairs.ts';
import { findingsOf, rule } from './rule.ts';

type Args = Readonly<Record<'id' | 'why' | 'detail', string>>;

const EN: Readonly<Record<string, (args: Args) => string>> = {
  'family-not-supported': ({ detail }) => `the family ${detail} is not modelled yet`,
  'fields-missing': ({ detail }) => `its config.json lacks ${detail}`,
  'bad-field': ({ detail }) => `its config.json has an unusable ${detail}`,
  'unknown-preset': () => 'there is no such preset',
  'bad-config-file': () => 'its config.json is not readable JSON',
};
const ZH: Readonly<Record<string, (args: Args) => string>> = {
  'family-not-supported': ({ detail }) => `暂不支持 ${detail} 系列`,
  'fields-missing': ({ detail }) => `其 config.json 缺少 ${detail}`,
  'bad-field': ({ detail }) => `其 config.json 中的 ${detail} 无法使用`,
  'unknown-preset': () => '没有这个预设',
  'bad-config-file': () => '其 config.json 不是可读的 JSON',
};

export const unknownModel = rule<Args>({
  code: 'unknown-model',
  severity: 'information',
  doc: {
    en: 'The shape of the model is not known, so there is no estimate.',
    'zh-cn': '不了解模型的结构，因此无法估算。',
  },
  find: (a) => findingsOf(a, 'unknown-model', ['id', 'why', 'detail']),
  message: {
    en: (args) =>
      `No estimate: ${EN[args.why]?.(args) ?? `the model ${args.id} is not in the catalogue`}. Name a folder that holds its config.json.`,
    'zh-cn': (args) =>
      `无法估算：${ZH[args.why]?.(args) ?? `目录中没有模型 ${args.id}`}。请指定含有其 config.json 的目录。`,
  },
  fixes: (a, { span }) => replaceWord(a, span, a.model?.kind === 'unknown' ? a.model.near : []),
});
