// Keys that decide the shape of a batch.

import type { KeySpec } from '../../dialect.ts';
import { rowsOf } from '../../key-spec.ts';

const row = rowsOf('trl/trainer/sft_config.py@1.16.0');
const older = rowsOf('trl/trainer/sft_config.py@0.19.1');

export const dataKeys: readonly KeySpec[] = [
  row(
    'max_length',
    'integer',
    { default: '1024', field: 'batch.sequence', scales: true },
    'The most tokens a row may have; empty: no limit. Activations grow with it. In preference stages prompt and answer together.',
    '每行的最大 token 数；留空表示不限。激活值随之增长。偏好类阶段为提示与回答之和。',
  ),
  older(
    'max_seq_length',
    'integer',
    { field: 'batch.sequence', scales: true, retired: true },
    'The name of `max_length` before 0.20.',
    '`max_length` 在 0.20 之前的名称。',
  ),
  row(
    'packing',
    'boolean',
    { default: 'false', field: 'batch.packed' },
    'Joins samples into rows of `max_length`, so that rows really have that length.',
    '把样本拼接成 `max_length` 长的行，使每一行都达到该长度。',
  ),
  row(
    'packing_strategy',
    'enum',
    { default: 'bfd', field: 'batch.packed', values: ['bfd', 'bfd_split', 'ffd', 'wrapped'] },
    '`bfd` keeps samples apart in one row as long as the whole batch; without FlashAttention that takes a mask of length × length. `wrapped` cuts them.',
    '`bfd` 把整个批次放进一行并保持样本独立；未用 FlashAttention 时需要 长度 × 长度 的掩码。`wrapped` 会截断样本。',
  ),
  row(
    'padding_free',
    'boolean',
    { default: 'false', field: 'batch.packed' },
    'One row without padding for the whole batch. Wants FlashAttention.',
    '整个批次合成一行且无填充。需要 FlashAttention。',
  ),
  row('dataset_name', 'string', {}, 'The dataset.', '数据集。'),
  row(
    'completion_only_loss',
    'boolean',
    {},
    'Only completions count: fewer tokens reach the head. All are taken as counting.',
    '仅回答计入损失：到达输出头的 token 更少。此处按全部计入。',
  ),
  row(
    'assistant_only_loss',
    'boolean',
    { default: 'false' },
    'Only answers of the assistant count: fewer tokens reach the head. All are taken as counting.',
    '仅助手回答计入损失：到达输出头的 token 更少。此处按全部计入。',
  ),
];
