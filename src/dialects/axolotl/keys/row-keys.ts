// Rows and batches.

import type { KeySpec } from '../../dialect.ts';
import { rowsOf } from '../../key-spec.ts';

const config = rowsOf('src/axolotl/utils/schemas/config.py@v0.18.0');
const training = rowsOf('src/axolotl/utils/schemas/training.py@v0.18.0');

export const rowKeys: readonly KeySpec[] = [
  config(
    'sequence_len',
    'integer',
    { default: '512', field: 'batch.sequence', scales: true },
    'Tokens a row at most. Longer samples are dropped.',
    '每行最多的 token 数。更长的样本会被丢弃。',
  ),
  training(
    'micro_batch_size',
    'integer',
    { default: '1', field: 'batch.micro', scales: true },
    'The micro-batch: rows in one forward pass on one GPU. With packing, one row of so many lengths.',
    '微批次：单卡一次前向的行数。启用打包时为一行，长度为其倍数。',
  ),
  training(
    'gradient_accumulation_steps',
    'integer',
    { default: '1', field: 'batch.accumulation', scales: true },
    'Micro-batches before an optimizer step. From 2 on, gradients are already there during the forward pass.',
    '每次优化器更新前的微批次数。大于 1 时前向期间梯度已存在。',
  ),
  training(
    'batch_size',
    'integer',
    { field: 'batch.accumulation' },
    'Rows of a step on one GPU, instead of `gradient_accumulation_steps`.',
    '单卡一步的总行数，可代替 `gradient_accumulation_steps`。',
  ),
  training(
    'eval_batch_size',
    'integer',
    { field: 'batch.evalMicro', scales: true },
    'Rows of an evaluation batch on one GPU. Absent: as `micro_batch_size`.',
    '单卡评估批次的行数。缺省与 `micro_batch_size` 相同。',
  ),
  config(
    'val_set_size',
    'number',
    { default: '0.0', field: 'batch.evalMicro' },
    'The share of the data that is held out for evaluation.',
    '留作评估的数据比例。',
  ),
  training(
    'auto_find_batch_size',
    'boolean',
    { default: 'false', field: 'batch.micro' },
    'Halves the micro-batch until it fits: the value in the file is the first try.',
    '不断减半微批次直到放得下：文件中的值只是首次尝试。',
  ),
  config(
    'sample_packing',
    'boolean',
    { default: 'false', field: 'batch.packed' },
    'Packs samples into rows that are always full.',
    '把样本打包成始终填满的行。',
  ),
  config(
    'pad_to_sequence_len',
    'boolean',
    { field: 'mask' },
    'Pads every row to `sequence_len`. Absent: to a multiple of 64, and with packing as if true.',
    '把每行填充到 `sequence_len`。缺省填充到 64 的倍数；启用打包时视为 true。',
  ),
  config(
    'pad_to_multiple_of',
    'integer',
    { default: '64', field: 'batch.sequence' },
    'The multiple that rows are padded to.',
    '行填充到的倍数。',
  ),
  config(
    'batch_flattening',
    'enum',
    { default: 'false', field: 'mask', values: ['true', 'false', 'auto'] },
    'Lays the rows of a batch end to end instead of padding them. Needs flash attention.',
    '把批次中的行首尾相接而不填充。需要 flash 注意力。',
  ),
];
