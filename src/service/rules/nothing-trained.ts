import { findingsOf, rule } from './rule.ts';

type Args = Readonly<Record<'kind' | 'chosen' | 'known', string>>;

export const nothingTrained = rule<Args>({
  code: 'nothing-trained',
  severity: 'error',
  doc: {
    en: 'The method leaves nothing to train, so the run stops before its first step.',
    'zh-cn': '该方法没有留下任何可训练的参数，训练会在第一步之前停止。',
  },
  find: (a) => findingsOf(a, 'nothing-trained', ['kind', 'chosen', 'known']),
  message: {
    en: ({ kind, chosen, known }) =>
      kind === 'lora'
        ? `Nothing is trained: the model has no linear layer \`${chosen}\`; it has ${known}`
        : `Nothing is trained: ${chosen} layers are left unfrozen`,
    'zh-cn': ({ kind, chosen, known }) =>
      kind === 'lora'
        ? `没有可训练的参数：模型没有线性层 \`${chosen}\`，只有 ${known}`
        : `没有可训练的参数：未冻结的层数为 ${chosen}`,
  },
});
