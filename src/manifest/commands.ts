// The commands of the extension, as data. package.json and the host's registration are both made from this list,
// so a command cannot be contributed without a handler, nor handled without being contributed.

import type { Words } from '../base/language.ts';

export interface CommandSpec {
  readonly title: Words;
  /** A codicon, for the places where a command is drawn as a button. */
  readonly icon?: string;
  /** Hides the command where it cannot run. */
  readonly enablement?: string;
}

export const COMMANDS = {
  'headroom.showPanel': {
    title: { en: 'Estimate VRAM', 'zh-cn': '估算显存' },
    icon: '$(dashboard)',
  },
  'headroom.profile': {
    title: { en: 'Profile This Config', 'zh-cn': '实测此配置' },
  },
  'headroom.pickGpu': {
    title: { en: 'Pick GPU', 'zh-cn': '选择 GPU' },
  },
  'headroom.toggleHints': {
    title: { en: 'Toggle Inlay Hints', 'zh-cn': '开关内嵌提示' },
  },
  'headroom.showLog': {
    title: { en: 'Show Log', 'zh-cn': '显示日志' },
  },
} as const satisfies Record<`headroom.${string}`, CommandSpec>;

export type CommandId = keyof typeof COMMANDS;

/** Shown before every title in the palette; a product name, so it is not translated. */
export const CATEGORY = 'Headroom';
