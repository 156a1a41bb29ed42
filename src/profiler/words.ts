// The profiler's own sentences in both languages.

import { formatBytes } from '../base/bytes.ts';
import type { Language } from '../base/language.ts';
import type { MeasuredPhase } from './measured.ts';
import type { Ending } from './protocol.ts';
import type { SkippedRung } from './rungs.ts';
import type { Narrowing } from './shrink.ts';

export interface ProfileWords {
  readonly plan: (backend: string, shapes: number, steps: number, seconds: number, bytes: string) => string;
  readonly dryPlan: (shapes: number) => string;
  readonly upTo: (size: string) => string;
  readonly size: (layers: number, rows: number, tokens: number, words: number) => string;
  readonly narrowed: (by: Narrowing) => string;
  readonly changed: (list: string) => string;
  readonly skipped: Readonly<Record<SkippedRung['why'], string>>;
  readonly title: (backend: string, shapes: number) => string;
  readonly dryTitle: string;
  readonly agrees: string;
  readonly differs: string;
  readonly replayedOnly: string;
  readonly what: string;
  readonly measured: string;
  readonly replayed: string;
  readonly extrapolated: string;
  readonly difference: string;
  readonly none: string;
  readonly saved: string;
  readonly peak: (phase: MeasuredPhase) => string;
  readonly whole: (size: string) => string;
  readonly process: (buffers: string, process: string) => string;
  readonly ending: (ending: Ending) => string;
  readonly notModelled: (field: string, value: string) => string;
}

const about = (seconds: number): string => (seconds < 10 ? seconds.toFixed(1) : seconds.toFixed(0));

const en: ProfileWords = {
  plan: (backend, shapes, steps, seconds, bytes) =>
    `${backend}: ${shapes} small shapes, ${steps} steps each, about ${about(seconds)} s and ${bytes}`,
  dryPlan: (shapes) => `dry: ${shapes} small shapes are replayed; nothing is computed`,
  upTo: (size) => `up to ${size}`,
  size: (layers, rows, tokens, words) => `${layers} layers, ${rows} × ${tokens} tokens, ${words} words`,
  narrowed: ({ hidden, heads, inner }) =>
    `narrowed: the hidden width is divided by ${hidden}, heads by ${heads}, the MLP by ${inner}`,
  changed: (list) => `computed in fp32 by one process, so this cannot speak about: ${list}`,
  skipped: {
    'not-installed': 'not installed',
    'does-not-load': 'does not load',
    'no-gpu': 'finds no GPU to use, and would compute on the CPU',
    'not-computed': 'has no program for this run',
    'over-budget': 'would take longer, or more memory, than the limits allow',
  },
  title: (backend, shapes) => `Measured with ${backend} at ${shapes} shapes`,
  dryTitle: 'Replayed, not measured',
  agrees: 'The replay agrees with what was measured on this machine.',
  differs: 'The replay differs from what was measured on this machine.',
  replayedOnly: 'Nothing was measured: these figures are the replay of the same small shapes.',
  what: 'shape and term',
  measured: 'measured',
  replayed: 'replayed',
  extrapolated: 'extrapolated',
  difference: 'difference',
  none: '–',
  saved: 'kept for backward',
  peak: (phase) => `peak (${phase})`,
  whole: (size) => `the whole run in fp32: ${size}`,
  process: (buffers, process) => `buffers counted ${buffers}, the process itself grew by ${process}`,
  ending: (e) => {
    switch (e.kind) {
      case 'cancelled':
        return 'The profile was cancelled.';
      case 'too-long':
        return `The profile was stopped: it took longer than ${e.seconds} s.`;
      case 'too-large':
        return `The profile was stopped: it took more than ${formatBytes(e.bytes)}.`;
      case 'out-of-memory':
        return `The backend ran out of memory: ${e.message}`;
      case 'failed':
        return `The backend failed: ${e.message}`;
      case 'killed':
        return `The worker was killed (${e.signal}); nothing else was affected.`;
      case 'exited':
        return `The worker ended by itself with status ${e.code}; nothing else was affected.`;
    }
  },
  notModelled: (field, value) => `this run is not modelled (${field}: ${value}), so there is nothing to compare with`,
};

const PHASES: Readonly<Record<MeasuredPhase, string>> = {
  load: '加载',
  forward: '前向',
  backward: '反向',
  optimizer: '优化器',
};

const zhCn: ProfileWords = {
  plan: (backend, shapes, steps, seconds, bytes) =>
    `${backend}：${shapes} 个小规模形状，各 ${steps} 步，约 ${about(seconds)} 秒、${bytes}`,
  dryPlan: (shapes) => `dry：只重放 ${shapes} 个小规模形状，不做计算`,
  upTo: (size) => `最大为 ${size}`,
  size: (layers, rows, tokens, words) => `${layers} 层，${rows} × ${tokens} 个 token，词表 ${words}`,
  narrowed: ({ hidden, heads, inner }) =>
    `已缩窄：隐藏宽度除以 ${hidden}，注意力头数除以 ${heads}，MLP 宽度除以 ${inner}`,
  changed: (list) => `以 fp32 在单个进程中计算，因此不涉及：${list}`,
  skipped: {
    'not-installed': '未安装',
    'does-not-load': '无法加载',
    'no-gpu': '没有可用的 GPU，只会用 CPU 计算',
    'not-computed': '没有针对此训练的程序',
    'over-budget': '所需时间或内存超出限制',
  },
  title: (backend, shapes) => `用 ${backend} 在 ${shapes} 个形状上实测`,
  dryTitle: '仅重放，未实测',
  agrees: '重放与本机实测一致。',
  differs: '重放与本机实测不一致。',
  replayedOnly: '没有实测：这些数值是对相同小规模形状的重放。',
  what: '形状与项',
  measured: '实测',
  replayed: '重放',
  extrapolated: '外推',
  difference: '差异',
  none: '–',
  saved: '为反向保留',
  peak: (phase) => `峰值（${PHASES[phase]}）`,
  whole: (size) => `整个训练（fp32）：${size}`,
  process: (buffers, process) => `计数的缓冲区 ${buffers}，进程自身增长 ${process}`,
  ending: (e) => {
    switch (e.kind) {
      case 'cancelled':
        return '已取消实测。';
      case 'too-long':
        return `已停止实测：超过 ${e.seconds} 秒。`;
      case 'too-large':
        return `已停止实测：占用超过 ${formatBytes(e.bytes)}。`;
      case 'out-of-memory':
        return `后端内存不足：${e.message}`;
      case 'failed':
        return `后端出错：${e.message}`;
      case 'killed':
        return `工作进程被终止（${e.signal}），其他部分不受影响。`;
      case 'exited':
        return `工作进程自行退出，状态码 ${e.code}，其他部分不受影响。`;
    }
  },
  notModelled: (field, value) => `此训练未建模（${field}: ${value}），无从比较`,
};

export const profileWords = (language: Language): ProfileWords => (language === 'zh-cn' ? zhCn : en);
