// The article's numbers, each with the config that stands for it and why ours differs. Figures in braces are filled in from
// the estimate (scripts/article.ts); what is typed here are other people's figures, with their source.

import { GiB } from '../src/base/bytes.ts';
import type { Language } from '../src/base/language.ts';

export interface ArticleRow {
  /** Under examples/seed. */
  readonly file: string;
  readonly title: Readonly<Record<Language, string>>;
  /** What the article states, in GB of 10^9 bytes; null where it only says that the run works. */
  readonly statedGB: number | null;
  /** Bytes that PyTorch allocated when the project's own script was run, where somebody did. */
  readonly measured?: { readonly bytes: number; readonly source: string };
  /** Absent where {@link ampReason} speaks for several. */
  readonly why?: Readonly<Record<Language, string>>;
}

const amp = (file: string, size: string, model: string, statedGB: number): ArticleRow => ({
  file,
  title: { en: `${size}, full, AMP (${model})`, 'zh-cn': `${size}，全参数，AMP（${model}）` },
  statedGB,
});

export const articleRows: readonly ArticleRow[] = [
  {
    file: 'minimind-218m.yaml',
    title: { en: 'MiniMind 218M, 2024 (batch 8 × 512)', 'zh-cn': 'MiniMind 218M，2024 年（批大小 8 × 512）' },
    statedGB: 10.4,
    why: {
      en:
        'The README of that time (jingyaogong/minimind at 9f21ba15) gives 10.4 GB without saying which counter it read. ' +
        'What belongs to the parameters is {states} of ours; the rest, {variable}, is activations, casts and logits over 32,000 words, ' +
        'and grows with the batch. Ours is today’s block at that shape: the attention and the dropout of the code of 2024 are not replayed. The counter most people read, nvidia-smi, also holds the cache of the allocator and the CUDA context.',
      'zh-cn':
        '当时的 README（jingyaogong/minimind，9f21ba15）给出 10.4 GB，但未说明读的是哪个计数器。' +
        '我们的数字中与参数有关的部分为 {states}；其余 {variable} 是激活、类型转换副本和 32,000 词表的 logits，随批大小增长。我们按今天的模块结构回放该尺寸，2024 年代码的注意力与 dropout 未回放。' +
        '多数人读的 nvidia-smi 还包含分配器缓存和 CUDA 上下文。',
    },
  },
  {
    file: 'minimind-218m-today.yaml',
    title: {
      en: 'MiniMind 218M, today’s defaults (batch 32 × 340)',
      'zh-cn': 'MiniMind 218M，今天的默认值（批大小 32 × 340）',
    },
    statedGB: null,
    measured: { bytes: 16_672_158_208, source: 'train_pretrain.py at d65ef2c, torch 2.15' },
    why: {
      en:
        'The same size is another run: four times the rows, a vocabulary of 6,400, no fixed relation to its parameters. ' +
        'States are {states}, what depends on the batch {variable}. A figure “for a 218M model” means nothing without batch and length.',
      'zh-cn':
        '规模相同，却是另一次训练：行数四倍，词表 6,400。与参数量有关的状态为 {states}，与批大小有关的部分为 {variable}。' +
        '不写明批大小和长度，“218M 模型的显存”没有意义。',
    },
  },
  {
    file: 'minimind-1.05b.yaml',
    title: { en: 'MiniMind 1.05B, batch 1', 'zh-cn': 'MiniMind 1.05B，批大小 1' },
    statedGB: 18,
    // Known to two digits of a GiB.
    measured: { bytes: 19.8 * GiB, source: 'train_pretrain.py at d65ef2c, torch 2.15' },
    why: {
      en:
        'About 18 GB is neither the resting state nor the peak. At rest the run holds 16 bytes a parameter, {bytes16}: weights 4, ' +
        'gradients 4, Adam 8. In backward, with gradients of earlier micro-batches kept, the bf16 copies of the weights make it 18 ' +
        'bytes, {bytes18}, which is what a glance at the counter shows most of the time. Then the optimizer takes its step: AdamW ' +
        'without `fused` works on lists and needs one more buffer of 4 bytes a parameter, {bytes20} in all, besides the rotary ' +
        'tables. That moment, in {phase}, is what must fit.',
      'zh-cn':
        '约 18 GB 既不是静止时的占用，也不是峰值。静止时每参数 16 字节，共 {bytes16}：权重 4、梯度 4、Adam 8。' +
        '反向传播时（保留之前 micro-batch 的梯度）再加 bf16 权重副本，每参数 18 字节，共 {bytes18}，平时看计数器多半看到这个数。' +
        '随后优化器更新：未开 `fused` 的 AdamW 按列表计算，还要每参数 4 字节的临时缓冲，合计 {bytes20}，外加旋转位置表。' +
        '必须放得下的是{phase}阶段的这一刻。',
    },
  },
  {
    file: 'minimind-1b-2x3090.yaml',
    title: { en: 'MiniMind 1.05B on 2 × RTX 3090, per card', 'zh-cn': 'MiniMind 1.05B，2 × RTX 3090，每张卡' },
    statedGB: null,
    why: {
      en:
        'Two cards do not halve anything here: DistributedDataParallel keeps the whole model, its gradients and its optimizer on ' +
        'each, and adds the buckets it reduces gradients in, another 4 bytes a parameter ({bytes4}). The second card buys speed. ' +
        'Halving memory takes sharding (ZeRO, FSDP), `gradient_as_bucket_view=True`, or a fused AdamW.',
      'zh-cn':
        '两张卡并不会减半：DistributedDataParallel 在每张卡上都放完整的模型、梯度和优化器状态，' +
        '还要加归约梯度用的桶，每参数 4 字节（{bytes4}）。第二张卡换来的是速度。' +
        '要省显存需用分片（ZeRO、FSDP）、`gradient_as_bucket_view=True` 或 fused AdamW。',
    },
  },
  amp('full-amp-7b.yaml', '7B', 'Llama-2-7B', 120),
  amp('full-amp-13b.yaml', '13B', 'Llama-2-13B', 240),
  amp('full-amp-30b.yaml', '30B', 'LLaMA-30B', 600),
  amp('full-amp-70b.yaml', '70B', 'Llama-2-70B', 1200),
  amp('full-amp-110b.yaml', '110B', 'Qwen1.5-110B', 2000),
];

/** One reason for five rows: the rule of thumb that LLaMA-Factory's README prints, 18 bytes for each of x billion. */
export const ampReason: Readonly<Record<Language, string>> = {
  en:
    '**7B to 110B, AMP.** The rule of thumb charges 18 bytes a parameter: 4 weights, 4 gradients, 8 Adam, 2 for a 16-bit copy. ' +
    'Ours comes to the same from the other end. Autocast caches the 16-bit copy of every trained weight until the forward pass ' +
    'is over, gradient checkpointing or not, and with accumulation the gradients of earlier micro-batches lie there too: that ' +
    'moment is the peak. The differences are rounding: the rule takes 7, 14, 30, 70 and 110 billion and round results, the ' +
    'models have 6.74, 13.0, 32.5, 69.0 and 111. Activations and logits of one checkpointed row of 1,024 tokens are lost in ' +
    'that; with more rows and tokens they are not, and the rule knows nothing of them. All figures are for one imaginary card; ' +
    'over several, each adds what it holds for itself: context, gathered layers, buckets.',
  'zh-cn':
    '**7B 至 110B，AMP**：经验值为每参数 18 字节：权重 4、梯度 4、Adam 8、16 位副本 2。我们从另一头算出了同样的数：' +
    'autocast 会把每个可训练权重的 16 位副本缓存到前向结束，与是否开梯度检查点无关；有梯度累积时，之前 micro-batch 的梯度此刻也在，峰值就在这里。' +
    '差额来自取整：经验值按 7、14、30、70、110（十亿）计算且结果取整，模型实际为 67.4 亿、130 亿、325 亿、690 亿、1112 亿。' +
    '开检查点时 1 行 1,024 token 的激活与 logits 淹没在其中；行数和 token 多了就不是这样，而经验值不含这一项。' +
    '所有数字都按一张假想的大卡计算；分到多张卡时，每张卡还要加上自己的部分：上下文、聚合的层、通信桶。',
};
