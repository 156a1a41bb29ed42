// How a step runs: checkpointing, loss, optimizer, compiling.

import type { KeySpec } from '../../dialect.ts';
import { HF_OPTIMIZERS } from '../../hugging-face/optimizers.ts';
import { rowsOf } from '../../key-spec.ts';

const config = rowsOf('src/axolotl/utils/schemas/config.py@v0.18.0');
const training = rowsOf('src/axolotl/utils/schemas/training.py@v0.18.0');

export const stepKeys: readonly KeySpec[] = [
  config(
    'gradient_checkpointing',
    'enum',
    { default: 'false', field: 'checkpointing.kind', values: ['true', 'false', 'offload', 'offload_disk'] },
    'Keeps only the inputs of the layers and computes the rest again in the backward pass. `offload` keeps them in host memory.',
    '只保留各层的输入，其余在反向传播时重新计算。`offload` 会把它们放到主机内存。',
  ),
  config(
    'gradient_checkpointing_kwargs',
    'mapping',
    { field: 'checkpointing.reentrant' },
    "Chooses between PyTorch's two forms of gradient checkpointing (`use_reentrant`).",
    '选择 PyTorch 两种梯度检查点实现之一（`use_reentrant`）。',
  ),
  config(
    'gradient_checkpointing_kwargs.use_reentrant',
    'boolean',
    { default: 'false', field: 'checkpointing.reentrant' },
    'The older form of gradient checkpointing. Their peaks are nearly the same.',
    '较旧的梯度检查点实现。两者的峰值几乎相同。',
  ),
  config(
    'activation_offloading',
    'enum',
    { default: 'false', field: 'checkpointing.offload', values: ['true', 'false', 'legacy', 'disk', 'hidden_states'] },
    'Keeps what is saved for the backward pass in host memory. Needs gradient_checkpointing.',
    '把为反向传播保存的内容放到主机内存。需要 gradient_checkpointing。',
  ),
  config(
    'selective_checkpointing',
    'any',
    { field: 'checkpointing.kind' },
    'Saves attention instead of computing it again.',
    '保存注意力结果而不重新计算。',
  ),
  config(
    'layer_offloading',
    'boolean',
    { default: 'false', field: 'parallel.offload' },
    'Keeps frozen layers in host memory until they are used.',
    '冻结层在使用前存放于主机内存。',
  ),
  training(
    'optimizer',
    'enum',
    {
      default: 'adamw_torch_fused',
      field: 'optimizer',
      values: [...Object.keys(HF_OPTIMIZERS), 'muon', 'optimi_adamw'],
    },
    "The optimizer. AdamW keeps two states of the parameter's size; 8-bit ones a quarter of that of fp32.",
    '优化器。AdamW 保存两份与参数同大小的状态；8 位优化器约为 fp32 状态的四分之一。',
  ),
  training(
    'max_grad_norm',
    'number',
    { default: '1.0', field: 'clip' },
    'Gradient clipping; 0 turns it off.',
    '梯度裁剪；0 表示关闭。',
  ),
  config(
    'chunked_cross_entropy',
    'boolean',
    { default: 'false', field: 'loss.kind' },
    'Computes the loss by pieces of the row; all logits are still made first.',
    '分段计算损失；全部 logits 仍会先算出。',
  ),
  config(
    'chunked_cross_entropy_num_chunks',
    'integer',
    { default: '8', field: 'loss.chunks' },
    'The number of pieces.',
    '分段数。',
  ),
  config(
    'use_eaft',
    'boolean',
    { default: 'false', field: 'loss.form' },
    'Entropy-aware focal training: another loss.',
    '熵感知的 EAFT 损失。',
  ),
  config(
    'torch_compile',
    'enum',
    { default: 'false', field: 'framework.compile', values: ['true', 'false', 'auto'] },
    'Compiles the model with torch.compile.',
    '用 torch.compile 编译模型。',
  ),
];
