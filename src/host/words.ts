// What the host itself says, in both languages. `vscode.l10n` is not used: it follows the editor's language alone, and
// `headroom.language` may differ from it; one mechanism for every text keeps the two from mixing in one window.

import type { Words } from '../base/language.ts';
import { language } from './configuration.ts';

const WORDS = {
  noConfig: {
    en: 'Open a training config first: a LLaMA-Factory YAML, or a file that begins with "schema: headroom/run@1".',
    'zh-cn': '请先打开训练配置：LLaMA-Factory 的 YAML，或以 “schema: headroom/run@1” 开头的文件。',
  },
  profileLater: {
    en: 'Measuring a config by running it is not part of this version. The estimate needs no run.',
    'zh-cn': '此版本尚不支持通过运行来实测配置。估算无需运行。',
  },
  openEstimate: { en: 'Open the Estimate', 'zh-cn': '打开估算' },
  pickGpu: { en: 'Which GPU must the run fit on?', 'zh-cn': '训练要装进哪种 GPU？' },
  pickGpuHint: {
    en: 'A card, or a budget such as 24 GiB; a count may stand in front: 8 x H100',
    'zh-cn': '显卡名，或预算如 24 GiB；前面可写数量：8 x H100',
  },
  often: { en: 'Often used', 'zh-cn': '常用' },
  budgetTyped: { en: 'as typed', 'zh-cn': '按输入内容' },
  notSet: { en: 'Not set', 'zh-cn': '不设置' },
  notSetDetail: { en: 'Show the peak without judging it', 'zh-cn': '只显示峰值，不判断能否装下' },
  pickCount: { en: 'How many of them?', 'zh-cn': '共有几张？' },
  pickTarget: { en: 'Remember it for', 'zh-cn': '保存到' },
  forWorkspace: { en: 'This workspace', 'zh-cn': '此工作区' },
  forWorkspaceDetail: { en: 'Written to .vscode/settings.json', 'zh-cn': '写入 .vscode/settings.json' },
  forUser: { en: 'Everywhere', 'zh-cn': '所有位置' },
  forUserDetail: { en: 'Written to your user settings', 'zh-cn': '写入用户设置' },
  commandFailed: {
    en: 'That did not work; the log says why.',
    'zh-cn': '操作失败，原因见日志。',
  },
  showLog: { en: 'Show Log', 'zh-cn': '显示日志' },
} as const satisfies Record<string, Words>;

export const say = (word: keyof typeof WORDS): string => WORDS[word][language()];
