// Keys of the Hugging Face Trainer (TrainingArguments) that move memory, in its own words and with its own defaults.
// A dialect that stands on the Trainer lays its own rows over these (`overlaid`).

import type { KeySpec } from '../dialect.ts';
import { rowsOf } from '../key-spec.ts';
import { HF_OPTIMIZERS } from './optimizers.ts';

const hf = rowsOf('src/transformers/training_args.py@5.6.0');

export const trainerKeys: readonly KeySpec[] = [
  hf(
    'per_device_train_batch_size',
    'integer',
    { default: '8', field: 'batch.micro', scales: true },
    'The micro-batch: rows in one forward pass on one GPU. Activations and logits grow with it.',
    '微批次：单卡一次前向的行数。激活值和 logits 随之增长。',
  ),
  hf(
    'gradient_accumulation_steps',
    'integer',
    { default: '1', field: 'batch.accumulation', scales: true },
    'Micro-batches before an optimizer step. From 2 on, gradients are already there during the forward pass; more changes nothing.',
    '每次优化器更新前的微批次数。大于 1 时前向期间梯度已存在；继续增大不再影响显存。',
  ),
  hf(
    'bf16',
    'boolean',
    { default: 'false', field: 'autocast' },
    'Computes in bf16 (autocast). Weights keep the type they were loaded in.',
    '以 bf16 计算（autocast）。权重保持加载时的类型。',
  ),
  hf(
    'fp16',
    'boolean',
    { default: 'false', field: 'autocast' },
    'Computes in fp16 (autocast) with a loss scale. On a bf16 checkpoint the residual stream becomes fp32.',
    '以 fp16 计算（autocast）并使用损失缩放。用于 bf16 检查点时残差流会变成 fp32。',
  ),
  hf(
    'gradient_checkpointing',
    'boolean',
    { default: 'false', field: 'checkpointing.kind' },
    'Keeps only the inputs of the layers and computes the rest again in the backward pass.',
    '只保留各层的输入，其余在反向传播时重新计算。',
  ),
  hf(
    'use_liger_kernel',
    'boolean',
    { default: 'false', field: 'loss.kind' },
    'Liger kernels: fused norm, rotary embedding and MLP, and a loss that never holds all logits.',
    'Liger 内核：融合归一化、旋转位置编码和 MLP，损失计算不会同时保存全部 logits。',
  ),
  hf(
    'optim',
    'enum',
    { default: 'adamw_torch_fused', field: 'optimizer', values: Object.keys(HF_OPTIMIZERS) },
    "The optimizer. AdamW keeps two states of the parameter's size; `adamw_torch` needs one more copy during the step; 8-bit ones keep embeddings in 32 bits.",
    '优化器。AdamW 保存两份与参数同大小的状态；`adamw_torch` 在更新时还需要一份副本；8 位优化器对词嵌入仍用 32 位。',
  ),
  hf(
    'max_grad_norm',
    'number',
    { default: '1.0', field: 'clip' },
    'Gradient clipping; 0 turns it off.',
    '梯度裁剪；0 表示关闭。',
  ),
  hf(
    'per_device_eval_batch_size',
    'integer',
    { default: '8', field: 'batch.evalMicro', scales: true },
    'Rows of an evaluation batch on one GPU.',
    '单卡评估批次的行数。',
  ),
  hf(
    'eval_strategy',
    'enum',
    { default: 'no', field: 'batch.evalMicro', values: ['no', 'steps', 'epoch'] },
    'When to evaluate during training.',
    '训练中何时评估。',
  ),
  hf(
    'evaluation_strategy',
    'enum',
    { default: 'no', field: 'batch.evalMicro', retired: true, values: ['no', 'steps', 'epoch'] },
    'The name of eval_strategy before transformers 4.46.',
    'transformers 4.46 之前 eval_strategy 的名称。',
  ),
  hf(
    'torch_compile',
    'boolean',
    { default: 'false', field: 'framework.compile' },
    'Compiles the model with torch.compile.',
    '用 torch.compile 编译模型。',
  ),
  hf(
    'auto_find_batch_size',
    'boolean',
    { default: 'false', field: 'batch.micro' },
    'Halves the micro-batch until it fits: the value in the file is the first try.',
    '不断减半微批次直到放得下：文件中的值只是首次尝试。',
  ),
  hf(
    'torch_empty_cache_steps',
    'integer',
    {},
    'Returns cached memory every n steps. Lowers reserved memory, not allocated.',
    '每 n 步释放缓存。降低保留显存，不影响已分配显存。',
  ),
  hf(
    'deepspeed',
    'path',
    { field: 'parallel.strategy' },
    'A DeepSpeed file (or its content): ZeRO stage and offload.',
    'DeepSpeed 配置文件（或其内容）：ZeRO 阶段与卸载。',
  ),
  hf(
    'fsdp',
    'list',
    {
      field: 'parallel.strategy',
      values: ['full_shard', 'shard_grad_op', 'no_shard', 'hybrid_shard', 'offload', 'auto_wrap'],
    },
    'FSDP sharding by the Trainer.',
    '由 Trainer 启用的 FSDP 分片。',
  ),
  hf('fsdp_config', 'mapping', { field: 'parallel.settings' }, 'Settings of FSDP.', 'FSDP 的设置。'),
];
