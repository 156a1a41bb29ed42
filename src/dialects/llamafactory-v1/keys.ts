// Keys of the second generation (USE_V1=1): src/llamafactory/v1/config/*.py and plugins, commit ff6d4d12 (0.9.6.dev0).

import type { KeySpec } from '../dialect.ts';
import { rowsOf, specsByKey } from '../key-spec.ts';

const model = rowsOf('src/llamafactory/v1/config/model_args.py@ff6d4d12');
const training = rowsOf('src/llamafactory/v1/config/training_args.py@ff6d4d12');
const peft = rowsOf('src/llamafactory/v1/plugins/model_plugins/peft.py@ff6d4d12');
const quant = rowsOf('src/llamafactory/v1/plugins/model_plugins/quantization.py@ff6d4d12');

export const keys: readonly KeySpec[] = [
  model('model', 'path', { field: 'model' }, 'The model: a Hub id or a folder.', '模型：Hub id 或本地目录。'),
  training(
    'micro_batch_size',
    'integer',
    { default: '1', field: 'batch.micro', scales: true },
    'Rows in one forward pass on one GPU.',
    '单卡一次前向的行数。',
  ),
  training(
    'cutoff_len',
    'integer',
    { default: '2048', field: 'batch.sequence', scales: true },
    'The most tokens a row may have.',
    '每行的最大 token 数。',
  ),
  training(
    'bf16',
    'boolean',
    { default: 'true', field: 'parallel.paramDtype' },
    'Gathers and computes in bf16 under FSDP2; the weights stay as they are.',
    '在 FSDP2 下以 bf16 聚合和计算；权重类型不变。',
  ),
  training('max_grad_norm', 'number', { default: '1.0', field: 'clip' }, 'Gradient clipping.', '梯度裁剪。'),
  model(
    'flash_attn',
    'enum',
    { default: 'sdpa', field: 'attention', values: ['auto', 'disabled', 'sdpa', 'fa2', 'fa3'] },
    'The attention kernel.',
    '注意力实现。',
  ),
  training(
    'global_batch_size',
    'integer',
    { field: 'batch.accumulation' },
    'Rows of an optimizer step over all GPUs; absent: no accumulation.',
    '每次更新在全部 GPU 上的总行数；缺省则不累积。',
  ),
  training(
    'enable_activation_checkpointing',
    'boolean',
    { default: 'true', field: 'checkpointing.kind' },
    'Gradient checkpointing, non-reentrant.',
    '梯度检查点（非重入）。',
  ),
  training(
    'batching_strategy',
    'enum',
    {
      default: 'normal',
      field: 'batch.packed',
      values: ['normal', 'padding_free', 'dynamic_batching', 'dynamic_padding_free'],
    },
    'How samples become rows.',
    '样本如何组成行。',
  ),
  training(
    'cp_size',
    'integer',
    { default: '1', field: 'parallel.context' },
    'GPUs that share one row.',
    '共同处理同一行的 GPU 数。',
  ),
  training(
    'dist_config',
    'mapping',
    { field: 'parallel.strategy' },
    'Sharding: fsdp2 or deepspeed.',
    '分片：fsdp2 或 deepspeed。',
  ),
  training(
    'optim_config',
    'mapping',
    { field: 'optimizer.name' },
    'Another optimizer than AdamW.',
    'AdamW 之外的优化器。',
  ),
  model(
    'peft_config',
    'mapping',
    { field: 'method.kind' },
    'LoRA or layer freezing; absent: everything is trained, in fp32.',
    'LoRA 或冻结部分层；缺省则以 fp32 训练全部参数。',
  ),
  model('quant_config', 'mapping', { field: 'weights.quantization' }, 'Quantisation on loading.', '加载时量化。'),
  peft(
    'peft_config.r',
    'integer',
    { default: '8', field: 'method.rank', scales: true },
    'The rank of the adapters.',
    '适配器的秩。',
  ),
  peft(
    'peft_config.lora_dropout',
    'number',
    { default: '0.05', field: 'method.dropout' },
    'Dropout before the adapters.',
    '适配器前的 dropout。',
  ),
  peft(
    'peft_config.target_modules',
    'list',
    { default: 'all', field: 'method.targets' },
    'The layers that get adapters.',
    '添加适配器的层。',
  ),
  peft(
    'peft_config.freeze_trainable_layers',
    'integer',
    { default: '2', field: 'method.trainableLayers' },
    'Layers trained, from the end; negative: from the start.',
    '训练的层数，从末尾数起；负数从开头数起。',
  ),
  quant(
    'quant_config.quantization_bit',
    'integer',
    { field: 'weights.quantization', values: ['4', '8'] },
    '4 or 8 bits by bitsandbytes.',
    'bitsandbytes 的 4 位或 8 位。',
  ),
];

export const specs: ReadonlyMap<string, KeySpec> = specsByKey(keys);
