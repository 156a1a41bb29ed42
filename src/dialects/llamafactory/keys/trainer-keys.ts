// The Trainer's keys as LLaMA-Factory has them: where it says or does something else, and its additions.

import type { KeySpec } from '../../dialect.ts';
import { trainerKeys as shared } from '../../hugging-face/trainer-keys.ts';
import { overlaid, rowsOf } from '../../key-spec.ts';

const hf = rowsOf('src/transformers/training_args.py@5.6.0');
const own = rowsOf('src/llamafactory/hparams/training_args.py@v0.9.5');
const parser = rowsOf('src/llamafactory/hparams/parser.py@v0.9.5');

export const trainerKeys: readonly KeySpec[] = overlaid(shared, [
  parser('do_train', 'boolean', { default: 'false' }, 'Whether this file trains at all.', '该文件是否进行训练。'),
  hf(
    'bf16',
    'boolean',
    { default: 'false', field: 'autocast' },
    'Computes in bf16 (autocast). The trained weights stay fp32 unless `pure_bf16`.',
    '以 bf16 计算（autocast）。除非 `pure_bf16`，被训练的权重仍为 fp32。',
  ),
  own(
    'fp8',
    'boolean',
    { default: 'false', field: 'weights.linear' },
    'Computes linear layers in fp8 (Hopper and later).',
    '线性层以 fp8 计算（Hopper 及以后）。',
  ),
  hf(
    'gradient_checkpointing',
    'boolean',
    { default: 'false' },
    'LLaMA-Factory turns gradient checkpointing on by itself: use `disable_gradient_checkpointing`.',
    'LLaMA-Factory 会自行开启梯度检查点：请使用 `disable_gradient_checkpointing`。',
  ),
  hf(
    'use_liger_kernel',
    'boolean',
    { default: 'false', field: 'loss.kind' },
    "Liger kernels by the Trainer. LLaMA-Factory's own key is `enable_liger_kernel`.",
    '由 Trainer 启用 Liger 内核。LLaMA-Factory 自己的键是 `enable_liger_kernel`。',
  ),
]);
