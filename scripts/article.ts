// The tables of docs/article.md: each number of the article beside ours, computed from the config in examples/seed.

import { readFileSync } from 'node:fs';
import { formatBytes, GiB } from '../src/base/bytes.ts';
import type { Language } from '../src/base/language.ts';
import type { Estimate, Phase, TermName } from '../src/memory/estimate.ts';
import { analyse } from '../src/service/analyse.ts';
import type { Analysis } from '../src/service/analysis-types.ts';
import { type ArticleRow, ampReason, articleRows } from './article-rows.ts';

const WORDS = {
  en: {
    head: [
      'run',
      'the article',
      'ours: allocated',
      'bytes a parameter',
      'ours: nvidia-smi',
      'measured',
      'alive at the peak',
    ],
    notModelled: 'not estimated yet',
    atLeast: 'at least',
    between: ' to ',
    comma: ', ',
    titled: (title: string) => `**${title}.** `,
    in: (phase: string, terms: string) => `in ${phase}: ${terms}`,
  },
  'zh-cn': {
    head: ['训练', '文中', '我们：已分配', '每参数字节', '我们：nvidia-smi', '实测', '峰值时存活'],
    notModelled: '尚未支持估算',
    atLeast: '至少',
    between: ' 至 ',
    comma: '，',
    titled: (title: string) => `**${title}**：`,
    in: (phase: string, terms: string) => `${phase}：${terms}`,
  },
} as const;

const PHASES: Readonly<Record<Language, Readonly<Record<Phase, string>>>> = {
  en: {
    load: 'loading',
    forward: 'the forward pass',
    reference: 'the pass of the reference',
    backward: 'backward',
    optimizer: 'the optimizer step',
    eval: 'evaluation',
    generate: 'generation',
    save: 'saving',
  },
  'zh-cn': {
    load: '加载',
    forward: '前向',
    reference: '参考模型前向',
    backward: '反向',
    optimizer: '优化器更新',
    eval: '评估',
    generate: '生成',
    save: '保存',
  },
};

const TERMS: Readonly<Record<TermName, string>> = {
  weights: '权重',
  adapters: '适配器',
  gradients: '梯度',
  optimizer: '优化器状态',
  casts: '类型转换副本',
  activations: '激活',
  logits: 'logits',
  buffers: '缓冲区',
  temporaries: '临时张量',
  slack: '分配余量',
};

/** What scales with the parameters alone; the rest of a peak scales with batch and length. */
const STATES: readonly TermName[] = ['weights', 'gradients', 'optimizer', 'adapters'];

/** The table and, under it, the reason for every difference. */
export function articleTable(language: Language): string {
  const words = WORDS[language];
  const rows = articleRows.map((row) => ({ row, analysis: analysed(row, language) }));
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const table = [
    line(words.head),
    line(words.head.map((_, i) => (i === 0 || i === words.head.length - 1 ? '---' : '---:'))),
    ...rows.map(({ row, analysis }) => line(cellsOf(row, analysis, language))),
  ];
  const reasons = rows.flatMap(({ row, analysis }) =>
    row.why ? [`- ${words.titled(row.title[language])}${filledIn(row.why[language], analysis, language)}`] : [],
  );
  return [...table, '', ...reasons, `- ${ampReason[language]}`].join('\n');
}

export function analysed(row: ArticleRow, language: Language): Analysis {
  const text = readFileSync(new URL(`examples/seed/${row.file}`, rootUrl()), 'utf8');
  return analyse(text, row.file, { language, target: null, depth: 'allocator', file: () => null, versions: {} });
}

/** `npm run` starts in the root of the repository, tests too. */
const rootUrl = () => new URL(`file://${process.cwd()}/`);

function cellsOf(row: ArticleRow, { estimate, floor }: Analysis, language: Language): string[] {
  const words = WORDS[language];
  const stated = row.statedGB === null ? '–' : `${row.statedGB} GB`;
  const ours = estimate
    ? inBoth(estimate.peak.allocated.expected)
    : floor
      ? `${words.atLeast} ${formatBytes(floor.bytes)}`
      : words.notModelled;
  const device = estimate
    ? `${formatBytes(estimate.peak.device.low)}${words.between}${formatBytes(estimate.peak.device.high)}`
    : '–';
  const measured = row.measured ? `${(row.measured.bytes / GiB).toFixed(2)} GiB (${row.measured.source})` : '–';
  const perParameter = estimate ? (estimate.peak.allocated.expected / estimate.parameters).toFixed(2) : '–';
  const alive = estimate
    ? words.in(PHASES[language][estimate.phase], termsOf(estimate, language).join(words.comma))
    : '–';
  return [
    `[${row.title[language]}](../examples/seed/${row.file})`,
    stated,
    ours,
    perParameter,
    device,
    measured,
    alive,
  ];
}

/** The article's unit in brackets. */
function inBoth(bytes: number): string {
  const gb = bytes / 1e9;
  return `${formatBytes(bytes)} (${gb.toFixed(gb < 100 ? 1 : 0)} GB)`;
}

function termsOf(estimate: Estimate, language: Language): string[] {
  return estimate.terms
    .filter((t) => t.bytes / estimate.peak.allocated.expected >= 0.005)
    .map((t) => `${language === 'en' ? t.term : TERMS[t.term]} ${formatBytes(t.bytes)}`);
}

/** Without an estimate, what stands in brackets around a figure goes with the figure. */
function filledIn(why: string, { estimate }: Analysis, language: Language): string {
  if (!estimate) return why.replace(/ ?[(（][^()（）]*\{\w+\}[^()（）]*[)）]/g, '');
  const { parameters } = estimate;
  const states = estimate.terms.filter((t) => STATES.includes(t.term)).reduce((n, t) => n + t.bytes, 0);
  const facts: Readonly<Record<string, string>> = {
    phase: PHASES[language][estimate.phase],
    states: formatBytes(states),
    variable: formatBytes(estimate.peak.allocated.expected - states),
    bytes4: formatBytes(4 * parameters),
    bytes16: formatBytes(16 * parameters),
    bytes18: formatBytes(18 * parameters),
    bytes20: formatBytes(20 * parameters),
  };
  return why.replace(/\{(\w+)\}/g, (hole, name: string) => facts[name] ?? hole);
}
