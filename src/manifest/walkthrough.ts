// The one walkthrough: the way from a config to a peak that fits, each step done by the thing it explains.

import type { Words } from '../base/language.ts';

export interface WalkthroughStep {
  readonly id: string;
  readonly title: Words;
  /** Plain text (VS Code draws no code spans here); a `command:` link on a line of its own becomes a button. */
  readonly description: Words;
  readonly picture: { readonly path: string; readonly alt: Words };
  readonly completedBy: readonly string[];
}

export const WALKTHROUGH = {
  id: 'headroom.start',
  title: { en: 'See what your training run needs', 'zh-cn': '看清训练需要多少显存' },
  description: {
    en: 'Peak GPU memory, in the config, as you type.',
    'zh-cn': '边写配置，边看显存峰值。',
  },
  steps: [
    {
      id: 'open',
      title: { en: 'Open a training config', 'zh-cn': '打开训练配置' },
      description: {
        en: 'Open a LLaMA-Factory YAML, or a native run file that begins with “schema: headroom/run@1”. The peak stands above the first line; hints beside the keys say what each one costs.\n[Open a file](command:workbench.action.files.openFile)',
        'zh-cn':
          '打开 LLaMA-Factory 的 YAML，或以 “schema: headroom/run@1” 开头的原生文件。首行上方是显存峰值，键旁的提示说明各自的占用。\n[打开文件](command:workbench.action.files.openFile)',
      },
      picture: {
        path: 'media/walkthrough/open.svg',
        alt: { en: 'A config with its peak above the first line', 'zh-cn': '首行上方显示峰值的配置' },
      },
      completedBy: ['onContext:headroom.trainingConfig'],
    },
    {
      id: 'gpu',
      title: { en: 'Name your GPU', 'zh-cn': '指定 GPU' },
      description: {
        en: 'Estimates are made for a card you name, never one that is guessed. A plain budget such as 24 GiB works too.\n[Pick GPU](command:headroom.pickGpu)',
        'zh-cn':
          '能否装下取决于您指定的显卡，不做猜测。也可以只填预算，例如 24 GiB。\n[选择 GPU](command:headroom.pickGpu)',
      },
      picture: {
        path: 'media/walkthrough/gpu.svg',
        alt: { en: 'A peak compared with the capacity of a card', 'zh-cn': '峰值与显卡容量的对比' },
      },
      completedBy: ['onCommand:headroom.pickGpu', 'onSettingChanged:headroom.gpu'],
    },
    {
      id: 'breakdown',
      title: { en: 'See what is alive at the peak', 'zh-cn': '查看峰值时的显存构成' },
      description: {
        en: 'The panel shows weights, gradients, optimizer state, activations and the rest; they add up to the peak exactly. Click a term to go to its key.\n[Estimate VRAM](command:headroom.showPanel)',
        'zh-cn':
          '面板列出权重、梯度、优化器状态、激活值等各项，相加恰为峰值。点击某项即可跳转到对应的键。\n[估算显存](command:headroom.showPanel)',
      },
      picture: {
        path: 'media/walkthrough/breakdown.svg',
        alt: { en: 'A bar of terms that add up to the peak', 'zh-cn': '各项相加为峰值的条形图' },
      },
      completedBy: ['onCommand:headroom.showPanel'],
    },
  ],
} as const satisfies {
  readonly id: string;
  readonly title: Words;
  readonly description: Words;
  readonly steps: readonly WalkthroughStep[];
};
