// Keys of src/llamafactory/hparams/data_args.py that move memory: they decide the shape of a batch.

import type { KeySpec } from '../../dialect.ts';
import { rowsOf } from '../../key-spec.ts';

const row = rowsOf('src/llamafactory/hparams/data_args.py@v0.9.5');

export const dataKeys: readonly KeySpec[] = [
  row(
    'cutoff_len',
    'integer',
    { default: '2048', field: 'batch.sequence', scales: true },
    'The most tokens a row may have. Activations and logits grow with it. Rows are padded to a multiple of 8, except in pre-training.',
    '每行的最大 token 数。激活值和 logits 随之增长。除预训练外，行会填充到 8 的倍数。',
  ),
  row(
    'packing',
    'boolean',
    { field: 'batch.packed' },
    'Joins samples into rows of exactly `cutoff_len`, so that every row really has that length. On by itself in stage pt.',
    '把样本拼接成恰好 `cutoff_len` 长的行，使每一行都达到该长度。pt 阶段默认开启。',
  ),
  row(
    'neat_packing',
    'boolean',
    { default: 'false', field: 'mask' },
    'Packing in which samples do not see each other: a mask of length × length for every row, and no flash kernel with SDPA.',
    '样本之间互不可见的打包：每行需要 长度 × 长度 的掩码，且 SDPA 无法使用 flash 内核。',
  ),
  row(
    'image_max_pixels',
    'integer',
    { default: '589824', field: 'batch.imagePixels', scales: true },
    'Larger images are shrunk to so many pixels; a vision-language model makes tokens of what is left.',
    '更大的图像会缩小到该像素数；视觉语言模型再把它转换为 token。',
  ),
  row('template', 'string', {}, 'The chat template.', '对话模板。'),
  row('dataset', 'list', {}, 'Names in dataset_info.json.', 'dataset_info.json 中的数据集名称。'),
  row(
    'val_size',
    'number',
    { default: '0.0' },
    'The part of the data kept for evaluation. Evaluation itself runs only with `eval_strategy`.',
    '用于评估的数据比例。只有设置 `eval_strategy` 才会在训练中评估。',
  ),
];
