// The words of the samples, in both languages. The product's own stand in the service, which this room may not import.

import type { Language } from '../../src/base/language.ts';
import type { Phase, TermName, Verdict } from '../../src/memory/estimate.ts';
import type { ViewAssumption, ViewFinding, ViewModel } from '../../src/protocol/view-model.ts';

interface Named {
  readonly label: string;
  readonly description: string;
}

export interface SampleWords {
  readonly terms: Readonly<Record<TermName, Named>>;
  readonly phases: Readonly<Record<Phase, string>>;
  readonly places: Readonly<Record<'layers' | 'embedding' | 'head' | 'model' | 'optimizer', string>>;
  readonly counters: Readonly<Record<'allocated' | 'reserved' | 'device', Named>>;
  readonly verdicts: Readonly<Record<Verdict, string>>;
  readonly causes: readonly string[];
  readonly noGpu: string;
  readonly targetText: string;
  readonly floorWhy: string;
  readonly noneWhy: string;
  readonly assumptions: readonly ViewAssumption[];
  readonly findings: readonly ViewFinding[];
  readonly headings: ViewModel['headings'];
}

const named = (label: string, description: string): Named => ({ label, description });

const en: SampleWords = {
  terms: {
    weights: named('weights', 'Parameters of the model, in the type they are loaded in.'),
    adapters: named('adapters', 'Matrices that LoRA trains.'),
    gradients: named('gradients', 'One for every trained parameter.'),
    optimizer: named('optimizer', 'Two moments for every trained parameter.'),
    casts: named('casts', 'Copies of weights in the type of autocast.'),
    activations: named('activations', 'Kept by the forward pass for the backward pass.'),
    logits: named('logits', 'Scores of every token over the whole vocabulary.'),
    buffers: named('buffers', 'Tables, masks and workspaces.'),
    temporaries: named('temporaries', 'Alive inside one operation only.'),
    slack: named('slack', 'Left-over pieces of allocator blocks.'),
  },
  phases: {
    load: 'load',
    forward: 'forward',
    reference: 'reference pass',
    backward: 'backward',
    optimizer: 'optimizer step',
    eval: 'evaluation',
    generate: 'generation',
    save: 'save',
  },
  places: { layers: 'layers', embedding: 'embedding', head: 'head', model: 'model', optimizer: 'optimizer' },
  counters: {
    allocated: named('Allocated', 'Tensors alive at the worst moment (torch.cuda.max_memory_allocated).'),
    reserved: named('Reserved', "Held by PyTorch's caching allocator (torch.cuda.max_memory_reserved)."),
    device: named('Device', 'What nvidia-smi shows, with the CUDA context. This has to fit.'),
  },
  verdicts: {
    fits: 'fits · 0.66 GiB to spare at the high end',
    tight:
      'tight · the capacity lies inside the range: 0.60 GiB to spare at the low end, 0.60 GiB over at the high end',
    over: 'over · 5.4 GiB too much even at the low end',
  },
  causes: [
    'The CUDA context differs between drivers and cards.',
    'How much the caching allocator wastes depends on the order of sizes.',
    'cuBLAS workspaces differ between cards.',
  ],
  noGpu: 'GPU not set. Pick one to see whether the run fits.',
  targetText: 'RTX 4090 24 GiB',
  floorWhy: 'DoRA is not modelled yet: the step cannot be replayed, and only what is certain is counted.',
  noneWhy:
    'The shape of acme/secret-model-v3 is not known. Put the model beside the config, or name a folder that holds its config.json.',
  assumptions: [
    { field: 'checkpointing.kind', value: 'full', why: 'Default of LLaMA-Factory 0.9.4 for full and LoRA training.' },
    { field: 'batch.sequence', value: '2048', why: 'Rows may be shorter; the longest possible is counted.' },
    { field: 'attention', value: 'sdpa', why: 'flash_attn is auto; no version of flash-attn is known here.' },
    { field: 'versions.torch', value: '2.15', why: 'The newest release known to this version of Headroom.' },
  ],
  findings: [
    {
      code: 'headroom/key-without-effect',
      severity: 'hint',
      message: '`lora_alpha` does not move memory.',
      start: 210,
      end: 220,
    },
    {
      code: 'headroom/unknown-key',
      severity: 'warning',
      message: '`cutof_len` is no key of LLaMA-Factory. Did you mean `cutoff_len`?',
      start: 120,
      end: 129,
    },
    {
      code: 'headroom/unknown-model',
      severity: 'warning',
      message: 'The model `acme/secret-model-v3` is not in the catalogue.',
      start: 21,
      end: 41,
    },
    {
      code: 'headroom/unreadable-value',
      severity: 'error',
      message: '`cutoff_len` must be a whole number, not `2k`.',
      start: 130,
      end: 132,
    },
  ],
  headings: {
    peak: 'Peak GPU memory',
    terms: 'Alive at the peak',
    phases: 'Phases of the step',
    causes: 'Why it is a range',
    assumptions: 'Assumptions',
    findings: 'Findings',
    counters: 'Three totals',
    term: 'Term',
    bytes: 'Memory',
    share: 'Share',
    key: 'Key',
  },
};

const zhCn: SampleWords = {
  terms: {
    weights: named('权重', '模型参数，按加载时的类型计。'),
    adapters: named('适配器', 'LoRA 训练的矩阵。'),
    gradients: named('梯度', '每个可训练参数一个。'),
    optimizer: named('优化器状态', '每个可训练参数两个动量。'),
    casts: named('类型转换副本', 'autocast 所用类型的权重副本。'),
    activations: named('激活值', '前向传播为反向传播保留。'),
    logits: named('logits', '每个 token 对整个词表的得分。'),
    buffers: named('缓冲区', '表、掩码和工作区。'),
    temporaries: named('临时张量', '只在一个算子内存在。'),
    slack: named('分配器零头', '分配器切块后的剩余。'),
  },
  phases: {
    load: '加载',
    forward: '前向',
    reference: '参考模型前向',
    backward: '反向',
    optimizer: '优化器步',
    eval: '评估',
    generate: '生成',
    save: '保存',
  },
  places: { layers: '各层', embedding: '词嵌入', head: '输出头', model: '模型', optimizer: '优化器' },
  counters: {
    allocated: named('已分配', '最紧张时刻存活的张量（torch.cuda.max_memory_allocated）。'),
    reserved: named('已保留', 'PyTorch 缓存分配器持有的显存（torch.cuda.max_memory_reserved）。'),
    device: named('设备占用', 'nvidia-smi 显示的值，含 CUDA 上下文。必须装得下的就是它。'),
  },
  verdicts: {
    fits: '装得下 · 按上限仍余 0.66 GiB',
    tight: '很紧 · 容量落在区间之内',
    over: '装不下 · 按下限也超出 5.4 GiB',
  },
  causes: [
    'CUDA 上下文的大小随驱动和显卡而异。',
    '缓存分配器的浪费取决于各尺寸出现的次序。',
    'cuBLAS 工作区随显卡而异。',
  ],
  noGpu: '未设置 GPU。选择后即可判断能否装下。',
  targetText: 'RTX 4090 24 GiB',
  floorWhy: '暂不支持模拟 DoRA：无法回放训练步，只计入确定需要的部分。',
  noneWhy: '不了解 acme/secret-model-v3 的结构。请把模型放在配置旁边，或指定含有 config.json 的目录。',
  assumptions: [
    { field: 'checkpointing.kind', value: 'full', why: 'LLaMA-Factory 0.9.4 的默认值。' },
    { field: 'batch.sequence', value: '2048', why: '样本可能更短；按最长计。' },
    { field: 'attention', value: 'sdpa', why: 'flash_attn 为 auto；此处不知道 flash-attn 的版本。' },
    { field: 'versions.torch', value: '2.15', why: '本版本所知的最新版本。' },
  ],
  findings: [
    {
      code: 'headroom/key-without-effect',
      severity: 'hint',
      message: '`lora_alpha` 不影响显存。',
      start: 210,
      end: 220,
    },
    {
      code: 'headroom/unknown-key',
      severity: 'warning',
      message: '`cutof_len` 不是 LLaMA-Factory 的键。是否想写 `cutoff_len`？',
      start: 120,
      end: 129,
    },
    {
      code: 'headroom/unknown-model',
      severity: 'warning',
      message: '目录中没有模型 `acme/secret-model-v3`。',
      start: 21,
      end: 41,
    },
    {
      code: 'headroom/unreadable-value',
      severity: 'error',
      message: '`cutoff_len` 必须是整数，不能是 `2k`。',
      start: 130,
      end: 132,
    },
  ],
  headings: {
    peak: '显存峰值',
    terms: '峰值时刻存活的显存',
    phases: '训练步的各阶段',
    causes: '为何是一个区间',
    assumptions: '假设',
    findings: '问题',
    counters: '三种总量',
    term: '项目',
    bytes: '显存',
    share: '占比',
    key: '键',
  },
};

export function sampleWords(language: Language): SampleWords {
  return language === 'en' ? en : zhCn;
}
