// The Trainer's keys as TRL has them: where it says something else, and its additions.

import type { KeySpec } from '../../dialect.ts';
import { trainerKeys as shared } from '../../hugging-face/trainer-keys.ts';
import { overlaid, rowsOf } from '../../key-spec.ts';

const row = rowsOf('trl/trainer/base_config.py@1.16.0');
const sft = rowsOf('trl/trainer/sft_config.py@1.16.0');
const older = rowsOf('trl/trainer/sft_config.py@0.16.1');
const hf = rowsOf('src/transformers/training_args.py@5.23.0');
const cli = rowsOf('trl/cli/accelerate_config.py@1.16.0');

export const trainerKeys: readonly KeySpec[] = overlaid(shared, [
  row(
    'bf16',
    'boolean',
    { default: 'true', field: 'autocast' },
    'Computes in bf16 (autocast): on unless `fp16` is. Weights keep the type of `dtype`.',
    '以 bf16 计算（autocast）：除非开启 `fp16`，否则默认开启。权重保持 `dtype` 的类型。',
  ),
  row(
    'gradient_checkpointing',
    'boolean',
    { default: 'true', field: 'checkpointing.kind' },
    'Keeps only the inputs of the layers and computes the rest again in the backward pass. On by default since 0.22.',
    '只保留各层的输入，其余在反向传播时重新计算。自 0.22 起默认开启。',
  ),
  hf(
    'gradient_checkpointing_kwargs',
    'mapping',
    {},
    'Arguments of gradient checkpointing: `use_reentrant`, and from 1.16 `selective`.',
    '梯度检查点的参数：`use_reentrant`，自 1.16 起还有 `selective`。',
  ),
  hf(
    'gradient_checkpointing_kwargs.use_reentrant',
    'boolean',
    { default: 'false', field: 'checkpointing.reentrant' },
    "Which of PyTorch's two forms is used. Their peaks are nearly the same.",
    '使用 PyTorch 两种实现中的哪一种。两者的峰值几乎相同。',
  ),
  sft(
    'gradient_checkpointing_kwargs.selective',
    'boolean',
    { default: 'false', field: 'checkpointing.kind' },
    'Keeps the results of products and attention too.',
    '同时保留矩阵乘法和注意力的结果。',
  ),
  sft(
    'activation_offloading',
    'boolean',
    { default: 'false', field: 'checkpointing.offload' },
    'Keeps saved activations in host memory.',
    '把保存的激活值放在主机内存中。',
  ),
  older(
    'use_liger',
    'boolean',
    { default: 'false', field: 'loss.kind', retired: true },
    'The name of `use_liger_kernel` before 0.18.',
    '`use_liger_kernel` 在 0.18 之前的名称。',
  ),
  cli(
    'accelerate_config',
    'path',
    { field: 'parallel.strategy' },
    "An accelerate file, or one of TRL's own: single_gpu, multi_gpu, zero1, zero2, zero3, fsdp1, fsdp2.",
    'accelerate 配置文件，或 TRL 自带的：single_gpu、multi_gpu、zero1、zero2、zero3、fsdp1、fsdp2。',
  ),
  cli('num_processes', 'integer', { field: 'parallel.gpus' }, 'How many GPUs train.', '参与训练的 GPU 数量。'),
]);
