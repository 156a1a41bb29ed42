// The settings of the extension, as data. The host reads them through `SettingValues`, so a key that is not contributed
// cannot be read, and a value always has the type that the settings editor offers.
// Deliberately absent: settings of things that do not work yet.

import type { Words } from '../base/language.ts';

interface SettingBase {
  readonly description: Words;
  /** `resource`: may differ from folder to folder. `window`: one for the window. */
  readonly scope: 'resource' | 'window';
  /** Its workspace value is ignored until the workspace is trusted. */
  readonly restricted?: boolean;
}
interface StringSetting extends SettingBase {
  readonly type: 'string';
  readonly default: string;
}
interface BooleanSetting extends SettingBase {
  readonly type: 'boolean';
  readonly default: boolean;
}
interface ChoiceSetting extends SettingBase {
  readonly type: 'choice';
  readonly default: string;
  readonly choices: Readonly<Record<string, Words>>;
}
export type SettingSpec = StringSetting | BooleanSetting | ChoiceSetting;

const hintSwitch = (what: Words) =>
  ({
    type: 'boolean',
    default: true,
    scope: 'resource',
    description: { en: `Among the hints: ${what.en}.`, 'zh-cn': `内嵌提示中显示：${what['zh-cn']}。` },
  }) as const satisfies BooleanSetting;

export const SETTINGS = {
  'headroom.gpu': {
    type: 'string',
    default: '',
    scope: 'resource',
    description: {
      en: 'The GPU the run has to fit on: a name such as `RTX 4090` or `A100 80GB`, or a budget such as `24 GiB`; a count may stand in front (`8 x H100 80GB`). Empty: not set, and nothing is guessed. [Pick a GPU](command:headroom.pickGpu)',
      'zh-cn':
        '训练要装进的 GPU：名称，例如 `RTX 4090` 或 `A100 80GB`；或显存预算，例如 `24 GiB`；前面可以写数量（`8 x H100 80GB`）。留空表示未设置，不做任何猜测。[选择 GPU](command:headroom.pickGpu)',
    },
  },
  'headroom.hints.enabled': {
    type: 'boolean',
    default: true,
    scope: 'resource',
    description: {
      en: 'Show inlay hints beside the keys that move memory.',
      'zh-cn': '在影响显存的键旁显示内嵌提示。',
    },
  },
  // One switch a kind of hint; the host takes the kinds from the service, so a missing one does not compile.
  'headroom.hints.total': hintSwitch({ en: "the peak on the model's line", 'zh-cn': '模型所在行的峰值' }),
  'headroom.hints.batch': hintSwitch({ en: 'what one row of a batch costs', 'zh-cn': '一个批次中每行的占用' }),
  'headroom.hints.length': hintSwitch({ en: 'what the sequence length moves', 'zh-cn': '序列长度影响的占用' }),
  'headroom.hints.rank': hintSwitch({ en: 'what the rank of an adapter moves', 'zh-cn': '适配器的秩影响的占用' }),
  'headroom.hints.method': hintSwitch({ en: 'what the fine-tuning method moves', 'zh-cn': '微调方法影响的占用' }),
  'headroom.hints.precision': hintSwitch({ en: 'what the precision moves', 'zh-cn': '精度影响的占用' }),
  'headroom.hints.quantization': hintSwitch({
    en: 'what quantization leaves of the weights',
    'zh-cn': '量化后权重的占用',
  }),
  'headroom.hints.optimizer': hintSwitch({ en: 'the state of the optimizer', 'zh-cn': '优化器状态的占用' }),
  'headroom.hints.checkpointing': hintSwitch({
    en: 'what the other setting of gradient checkpointing would change',
    'zh-cn': '切换梯度检查点会带来的变化',
  }),
  'headroom.lens.enabled': {
    type: 'boolean',
    default: true,
    scope: 'resource',
    description: {
      en: 'Show the peak, the GPU and whether the run fits above the first line of a training config.',
      'zh-cn': '在训练配置首行上方显示峰值、GPU 以及能否装下。',
    },
  },
  'headroom.diagnostics.enabled': {
    type: 'boolean',
    default: true,
    scope: 'resource',
    description: {
      en: 'Report runs over the GPU, unknown models, unreadable values and keys without effect as problems.',
      'zh-cn': '将超出显存的训练、未知模型、无法读取的值和不起作用的键报告为问题。',
    },
  },
  'headroom.language': {
    type: 'choice',
    default: 'auto',
    scope: 'window',
    choices: {
      auto: { en: 'The language of the editor.', 'zh-cn': '与编辑器相同的语言。' },
      en: { en: 'English', 'zh-cn': '英语（English）' },
      'zh-cn': { en: 'Simplified Chinese (简体中文)', 'zh-cn': '简体中文' },
    },
    description: {
      en: 'The language of hints, hovers, problems and the panel.',
      'zh-cn': '提示、悬停、问题和面板所用的语言。',
    },
  },
  'headroom.modelFiles': {
    type: 'choice',
    default: 'anywhere',
    scope: 'resource',
    restricted: true,
    choices: {
      anywhere: {
        en: 'Wherever the config points to. Outside the workspace only when it is trusted.',
        'zh-cn': '配置指向的任何位置。工作区之外的文件仅在工作区受信任时读取。',
      },
      workspace: { en: 'Only inside the workspace.', 'zh-cn': '仅限工作区内。' },
      never: { en: 'Never.', 'zh-cn': '从不读取。' },
    },
    description: {
      en: "Where to look for the files a training config names, such as a local model's `config.json`. They are only read.",
      'zh-cn': '在哪里查找训练配置所指的文件，例如本地模型的 `config.json`。只读取，不修改。',
    },
  },
} as const satisfies Record<`headroom.${string}`, SettingSpec>;

export type SettingId = keyof typeof SETTINGS;

type ValueOf<S extends SettingSpec> = S extends BooleanSetting
  ? boolean
  : S extends ChoiceSetting
    ? keyof S['choices'] & string
    : string;
export type SettingValues = { readonly [K in SettingId]: ValueOf<(typeof SETTINGS)[K]> };
