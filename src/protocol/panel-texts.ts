// The panel's own words: buttons, column heads, empty states. The host picks the language and sends them with the data,
// so the webview never asks which language it speaks. Words about an estimate come from the service, in the view model.

import * as z from 'zod/mini';
import type { Language, Words } from '../base/language.ts';

/** `{0}` stands for a name. */
const TEXTS = {
  chooseGpu: { en: 'Choose GPU…', 'zh-cn': '选择 GPU…' },
  copy: { en: 'Copy as text', 'zh-cn': '复制为文本' },
  copied: { en: 'Copied', 'zh-cn': '已复制' },
  emptyTitle: { en: 'Open a training config', 'zh-cn': '打开一份训练配置' },
  emptyBody: {
    en: 'The active editor holds no training config that Headroom knows. Open one, and its peak GPU memory appears here and follows every edit.',
    'zh-cn': '当前编辑器中没有 Headroom 认识的训练配置。打开一份，这里就会显示它的显存峰值，并随编辑实时更新。',
  },
  noneTitle: { en: 'No estimate yet', 'zh-cn': '暂时无法估算' },
  atLeast: { en: 'At least {0}', 'zh-cn': '至少 {0}' },
  capacity: { en: 'Capacity', 'zh-cn': '容量' },
  quantity: { en: 'Quantity', 'zh-cn': '项目' },
  low: { en: 'Low', 'zh-cn': '下限' },
  expected: { en: 'Expected', 'zh-cn': '预计' },
  high: { en: 'High', 'zh-cn': '上限' },
  peak: { en: 'peak', 'zh-cn': '峰值' },
  phase: { en: 'Phase', 'zh-cn': '阶段' },
  operation: { en: 'Operation', 'zh-cn': '算子' },
  place: { en: 'Place', 'zh-cn': '位置' },
  partsOf: { en: 'Parts of {0}', 'zh-cn': '{0} 的组成' },
  reveal: { en: 'Show {0} in the file', 'zh-cn': '在文件中定位 {0}' },
  quick: {
    en: 'Quick answer while typing; allocator slack follows.',
    'zh-cn': '输入时的快速结果，稍后补上分配器碎片。',
  },
  full: { en: 'Full replay through the allocator.', 'zh-cn': '已完整回放分配器。' },
  noCauses: { en: 'Nothing widens this total.', 'zh-cn': '没有使结果变宽的因素。' },
  noAssumptions: { en: 'Nothing had to be assumed.', 'zh-cn': '没有需要假设的输入。' },
  noFindings: { en: 'Nothing to report in this file.', 'zh-cn': '文件中没有需要提示的问题。' },
  field: { en: 'Input', 'zh-cn': '输入' },
  value: { en: 'Value', 'zh-cn': '取值' },
  why: { en: 'Why', 'zh-cn': '原因' },
  cause: { en: 'Reason', 'zh-cn': '原因' },
  total: { en: 'Total', 'zh-cn': '总量' },
  width: { en: 'Below / above', 'zh-cn': '向下 / 向上' },
  error: { en: 'Error', 'zh-cn': '错误' },
  warning: { en: 'Warning', 'zh-cn': '警告' },
  information: { en: 'Information', 'zh-cn': '信息' },
  hint: { en: 'Hint', 'zh-cn': '提示' },
} as const satisfies Readonly<Record<string, Words>>;

type TextId = keyof typeof TEXTS;
export type PanelTexts = Readonly<Record<TextId, string>>;

const IDS = Object.keys(TEXTS) as TextId[];
export const panelTextsSchema = z.readonly(z.record(z.enum(IDS), z.string()));

export function panelTexts(language: Language): PanelTexts {
  return Object.fromEntries(IDS.map((id) => [id, TEXTS[id][language]])) as PanelTexts;
}

export const fill = (pattern: string, name: string): string => pattern.replace('{0}', () => name);
