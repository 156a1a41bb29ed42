// Docs of the fields of headroom/run@1. Their types and bounds are in schema.ts; their defaults in memory/run.ts.

import type { KeySpec, ValueType } from '../dialect.ts';
import { reference, stage } from './schema.ts';

const source = 'headroom/run@1';
const row = (
  key: string,
  type: ValueType,
  en: string,
  zh: string,
  extra: Partial<Pick<KeySpec, 'default' | 'values' | 'scales'>> = {},
): KeySpec => ({
  key,
  type,
  source,
  field: key,
  ...extra,
  doc: { en, 'zh-cn': zh },
});

export const keys: readonly KeySpec[] = [
  row(
    'model',
    'mapping',
    'The model: `id`, `config` (fields of a config.json) or `preset`.',
    '模型：`id`、`config`（config.json 的字段）或 `preset`。',
  ),
  row('model.id', 'string', 'An id on the Hugging Face Hub, or a folder.', 'Hugging Face Hub 上的 id，或本地目录。'),
  row(
    'model.preset',
    'string',
    'A shape known by name, such as `minimind-3`.',
    '按名称已知的形状，例如 `minimind-3`。',
  ),
  row('framework.name', 'string', 'Whose code runs the step.', '由哪个框架的代码执行训练步。', {
    default: 'transformers',
  }),
  row(
    'framework.kernels',
    'list',
    'Replacement kernels: liger, fused-norm, fused-rope, fused-mlp …',
    '替换内核：liger、fused-norm、fused-rope、fused-mlp 等。',
  ),
  row('framework.compile', 'boolean', 'Compiled by torch.compile.', '使用 torch.compile。', { default: 'false' }),
  row('stage', 'enum', 'What is trained for.', '训练阶段。', {
    default: 'sft',
    values: stage.options,
  }),
  row('method.kind', 'enum', 'Which parameters are trained.', '训练哪些参数。', {
    default: 'full',
    values: ['full', 'lora', 'freeze', 'oft', 'galore', 'badam'],
  }),
  row('method.rank', 'integer', 'The rank of the adapters.', '适配器的秩。', { default: '8', scales: true }),
  row(
    'method.targets',
    'list',
    'The projections with adapters, or `all-linear`.',
    '添加适配器的投影，或 `all-linear`。',
    { default: 'all-linear' },
  ),
  row('method.dropout', 'number', 'Dropout before the adapters.', '适配器前的 dropout。', { default: '0' }),
  row(
    'method.trainableLayers',
    'integer',
    'With freeze: layers trained, from the end; negative: from the start.',
    'freeze 时训练的层数，从末尾数起；负数从开头数起。',
    { default: '2' },
  ),
  row(
    'weights.dtype',
    'enum',
    "The type of the weights. Absent: the checkpoint's own.",
    '权重的数据类型。缺省为检查点自身的类型。',
    { values: ['fp32', 'bf16', 'fp16'] },
  ),
  row(
    'weights.trainableDtype',
    'enum',
    'The type of trained parameters, where it differs.',
    '被训练参数的类型（如有不同）。',
    { values: ['fp32', 'bf16', 'fp16'] },
  ),
  row('weights.quantization', 'enum', 'Quantisation of the frozen linear layers.', '冻结线性层的量化方式。', {
    default: 'none',
    values: ['none', 'nf4', 'nf4-double', 'fp4', 'int8', 'gptq', 'awq'],
  }),
  row('autocast', 'enum', 'The type autocast computes in.', 'autocast 的计算类型。', {
    default: 'none',
    values: ['none', 'bf16', 'fp16'],
  }),
  row(
    'attention',
    'enum',
    'The attention kernel; `sdpa` leaves the choice to PyTorch.',
    '注意力内核；`sdpa` 由 PyTorch 选择。',
    { default: 'sdpa', values: ['flash', 'mem-efficient', 'math', 'sdpa', 'flex', 'eager'] },
  ),
  row('mask', 'enum', 'The mask that reaches attention.', '传给注意力的掩码。', {
    default: 'none',
    values: ['none', 'full', 'padded', 'block'],
  }),
  row('loss.kind', 'enum', 'How the loss is computed from the logits.', '如何由 logits 计算损失。', {
    default: 'full',
    values: ['full', 'chunked', 'fused', 'liger', 'cut'],
  }),
  row('checkpointing.kind', 'enum', 'Gradient checkpointing.', '梯度检查点。', {
    default: 'none',
    values: ['none', 'full', 'selective', 'selective-op'],
  }),
  row('checkpointing.reentrant', 'boolean', 'Which form of it.', '使用哪种实现。', { default: 'false' }),
  row('optimizer.name', 'string', 'The optimizer.', '优化器。', { default: 'adamw' }),
  row('optimizer.implementation', 'enum', 'How its step is computed.', '更新步的实现方式。', {
    default: 'fused',
    values: ['foreach', 'fused', 'loop', 'cpu'],
  }),
  row('optimizer.bits', 'integer', 'Bits of its states.', '优化器状态的位数。', {
    default: '32',
    values: ['32', '8', '4'],
  }),
  row('optimizer.paged', 'boolean', 'States may move to host memory.', '状态可移到主机内存。', { default: 'false' }),
  row(
    'batch.micro',
    'integer',
    'Samples in one forward pass on one GPU; a preference pair is one.',
    '单卡一次前向的样本数；一对偏好样本算一个。',
    { scales: true },
  ),
  row('batch.accumulation', 'integer', 'Micro-batches before an optimizer step.', '每次优化器更新前的微批次数。', {
    default: '1',
    scales: true,
  }),
  row('batch.sequence', 'integer', 'Tokens a row.', '每行的 token 数。', { scales: true }),
  row('batch.packed', 'boolean', 'Rows hold several samples.', '一行包含多个样本。', { default: 'false' }),
  row(
    'reference',
    'enum',
    'Where the reference log-probabilities come from. Absent: as the stage and the method ask for.',
    '参考对数概率的来源。缺省由训练阶段和方法决定。',
    { values: reference.options },
  ),
  row('rollout.engine', 'enum', 'Who writes the completions.', '由谁生成补全。', {
    values: ['none', 'transformers', 'vllm', 'server'],
  }),
  row('rollout.completionTokens', 'integer', 'Tokens written after each prompt.', '每个提示后生成的 token 数。', {
    scales: true,
  }),
  row('rollout.rows', 'integer', 'Completions written at once on one GPU.', '单卡同时生成的补全数。', { scales: true }),
  row('rollout.share', 'number', 'The part of the card that vLLM takes.', 'vLLM 占用的显存比例。', { default: '0.3' }),
  row(
    'rollout.sleeps',
    'boolean',
    'vLLM gives its memory back while the model is trained.',
    '训练时 vLLM 释放其显存。',
    { default: 'false' },
  ),
  row('clip', 'boolean', 'Gradient clipping.', '梯度裁剪。', { default: 'true' }),
  row('parallel.gpus', 'integer', 'The number of GPUs.', 'GPU 数量。', { default: '1' }),
  row('parallel.strategy', 'enum', 'How the run is spread over them.', '多卡策略。', {
    default: 'none',
    values: ['none', 'ddp', 'zero1', 'zero2', 'zero3', 'fsdp1', 'fsdp2', 'hsdp'],
  }),
  row('gpu', 'string', 'The card.', '显卡型号。'),
];
