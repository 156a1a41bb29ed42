// How a step runs: the Trainer's keys, with ms-swift's own defaults where it has some.

import type { KeySpec } from '../../dialect.ts';
import { trainerKeys } from '../../hugging-face/trainer-keys.ts';
import { overlaid, rowsOf } from '../../key-spec.ts';

const own = rowsOf('swift/trainers/arguments.py@v4.5.2');
const sft = rowsOf('swift/arguments/sft_args.py@v4.5.2');

export const trainingKeys: readonly KeySpec[] = overlaid(trainerKeys, [
  own(
    'per_device_train_batch_size',
    'integer',
    { default: '1', field: 'batch.micro', scales: true },
    'The micro-batch: rows in one forward pass on one GPU.',
    '微批次：单卡一次前向的行数。',
  ),
  own(
    'per_device_eval_batch_size',
    'integer',
    { default: '1', field: 'batch.evalMicro', scales: true },
    'Rows of an evaluation batch on one GPU.',
    '单卡评估批次的行数。',
  ),
  own(
    'gradient_accumulation_steps',
    'integer',
    { field: 'batch.accumulation', scales: true },
    'Micro-batches before an optimizer step. Absent: as many as make 16 rows on all GPUs together.',
    '每次优化器更新前的微批次数。缺省使所有 GPU 合计达到 16 行。',
  ),
  own(
    'gradient_checkpointing',
    'boolean',
    { default: 'true', field: 'checkpointing.kind' },
    'Keeps only the inputs of the layers and computes the rest again in the backward pass. On unless false.',
    '只保留各层的输入，其余在反向传播时重新计算。默认开启。',
  ),
  own(
    'gradient_checkpointing_kwargs',
    'mapping',
    { field: 'checkpointing.reentrant' },
    "Chooses between PyTorch's two forms of gradient checkpointing (`use_reentrant`).",
    '选择 PyTorch 两种梯度检查点实现之一（`use_reentrant`）。',
  ),
  own(
    'gradient_checkpointing_kwargs.use_reentrant',
    'boolean',
    { default: 'true', field: 'checkpointing.reentrant' },
    'The older form of gradient checkpointing. Their peaks are nearly the same.',
    '较旧的梯度检查点实现。两者的峰值几乎相同。',
  ),
  own(
    'optimizer',
    'enum',
    { field: 'optimizer', values: ['default', 'galore', 'lorap', 'muon', 'muonclip', 'multimodal'] },
    "ms-swift's own optimizers, before `optim`.",
    'ms-swift 自带的优化器，优先于 `optim`。',
  ),
  own('use_galore', 'boolean', { default: 'false', field: 'optimizer' }, 'GaLore.', '使用 GaLore。'),
  own('galore_rank', 'integer', { default: '128', field: 'optimizer.rank' }, 'The rank of GaLore.', 'GaLore 的秩。'),
  own(
    'lisa_activated_layers',
    'integer',
    { default: '0', field: 'method.kind' },
    'LISA: so many layers are trained at a time.',
    'LISA：每次训练这么多层。',
  ),
  own(
    'enable_dft_loss',
    'boolean',
    { default: 'false', field: 'loss.form' },
    'A loss of its own, outside the model.',
    '在模型之外计算的专用损失。',
  ),
  own('loss_type', 'any', { field: 'loss.form' }, 'Another loss than that of the model.', '使用模型自带之外的损失。'),
  sft(
    'deepspeed',
    'path',
    { field: 'parallel.strategy', values: ['zero0', 'zero1', 'zero2', 'zero3', 'zero2_offload', 'zero3_offload'] },
    'A stage of DeepSpeed by name, a file, or its content. Its engine keeps fp32 masters.',
    'DeepSpeed 阶段名、配置文件或其内容。其引擎保留 fp32 主权重。',
  ),
  sft(
    'fsdp',
    'path',
    { field: 'parallel.strategy', values: ['fsdp2'] },
    'FSDP2 by name, or a JSON file. The named one has its own gradient checkpointing.',
    'FSDP2 名称或 JSON 文件。按名称使用时自带梯度检查点。',
  ),
  rowsOf('swift/arguments/base_args/data_args.py@v4.5.2')(
    'split_dataset_ratio',
    'number',
    { default: '0.0', field: 'batch.evalMicro' },
    'The share of the data that is held out for evaluation.',
    '留作评估的数据比例。',
  ),
  rowsOf('swift/megatron/arguments/megatron_args.py@v4.5.2')(
    'micro_batch_size',
    'integer',
    { default: '1', field: 'batch.micro', scales: true },
    'Megatron: rows in one forward pass on one GPU.',
    'Megatron：单卡一次前向的行数。',
  ),
  rowsOf('swift/megatron/arguments/megatron_args.py@v4.5.2')(
    'tensor_model_parallel_size',
    'integer',
    { default: '1', field: 'parallel.tensor' },
    'Megatron: GPUs that share each layer.',
    'Megatron：共同计算每一层的 GPU 数。',
  ),
]);
