// Plugins and replacement kernels.

import type { KeySpec } from '../../dialect.ts';
import { rowsOf } from '../../key-spec.ts';

const config = rowsOf('src/axolotl/utils/schemas/config.py@v0.18.0');
const liger = rowsOf('src/axolotl/integrations/liger/args.py@v0.18.0');
const kernel = { field: 'framework.kernels' } as const;

export const kernelKeys: readonly KeySpec[] = [
  config(
    'plugins',
    'list',
    { field: 'framework.kernels' },
    'What extends the trainer: Liger kernels, Cut Cross Entropy, other trainers.',
    '扩展训练器的插件：Liger 内核、Cut Cross Entropy、其他训练器。',
  ),
  rowsOf('src/axolotl/integrations/cut_cross_entropy/args.py@v0.18.0')(
    'cut_cross_entropy',
    'boolean',
    { default: 'true', field: 'loss.kind' },
    'Cut Cross Entropy: the logits are never held. On as soon as its plugin is listed.',
    'Cut Cross Entropy：不保存 logits。列出其插件即启用。',
  ),
  liger(
    'liger_fused_linear_cross_entropy',
    'boolean',
    { default: 'false', field: 'loss.kind' },
    "Liger's head and loss in one: the logits are never all held.",
    'Liger 把输出头与损失合为一体：不会同时保存全部 logits。',
  ),
  liger(
    'liger_cross_entropy',
    'boolean',
    { default: 'false', field: 'loss.kind' },
    "Liger's cross-entropy: its gradient is written over the logits.",
    'Liger 的交叉熵：梯度直接写入 logits。',
  ),
  liger('liger_rms_norm', 'boolean', { default: 'false', ...kernel }, "Liger's RMSNorm.", 'Liger 的 RMSNorm。'),
  liger(
    'liger_rope',
    'boolean',
    { default: 'false', ...kernel },
    "Liger's rotary embedding.",
    'Liger 的旋转位置编码。',
  ),
  liger(
    'liger_glu_activation',
    'boolean',
    { default: 'false', ...kernel },
    "Liger's gated MLP: one product less is saved.",
    'Liger 的门控 MLP：少保存一个乘积。',
  ),
  liger(
    'liger_swiglu',
    'boolean',
    { default: 'false', ...kernel },
    'The older name of liger_glu_activation.',
    'liger_glu_activation 的旧名称。',
  ),
  liger(
    'liger_layer_norm',
    'boolean',
    { default: 'false', ...kernel },
    "Liger's LayerNorm, for models that have one.",
    'Liger 的 LayerNorm，用于含有该层的模型。',
  ),
  config(
    'lora_mlp_kernel',
    'boolean',
    kernel,
    'A fused MLP with adapters. Absent: on, for LoRA without 8 bits.',
    '带适配器的融合 MLP。缺省在非 8 位的 LoRA 下启用。',
  ),
  config(
    'lora_qkv_kernel',
    'boolean',
    kernel,
    'Fused query, key and value projections with adapters. Absent: on, for LoRA without 8 bits.',
    '带适配器的融合 Q、K、V 投影。缺省在非 8 位的 LoRA 下启用。',
  ),
  config(
    'lora_o_kernel',
    'boolean',
    kernel,
    'A fused output projection with adapters. Absent: on, for LoRA without 8 bits.',
    '带适配器的融合输出投影。缺省在非 8 位的 LoRA 下启用。',
  ),
  config(
    'lora_embedding_kernel',
    'boolean',
    {},
    'A fused embedding with adapters, where the embedding has one.',
    '带适配器的融合词嵌入（仅当词嵌入带适配器时）。',
  ),
  config(
    'tiled_mlp',
    'boolean',
    { default: 'false', ...kernel },
    'Computes the MLP by pieces of the row.',
    '分段计算 MLP。',
  ),
  config(
    'flash_attn_cross_entropy',
    'boolean',
    { default: 'false', ...kernel },
    "flash-attention's cross-entropy, for Llama.",
    'flash-attention 的交叉熵，用于 Llama。',
  ),
  config(
    'flash_attn_fuse_mlp',
    'boolean',
    { default: 'false', ...kernel },
    'A fused MLP, for Llama.',
    '融合 MLP，用于 Llama。',
  ),
];
