// Keys of TRL's ModelConfig that move memory, and what older recipes call them.

import type { KeySpec } from '../../dialect.ts';
import { rowsOf } from '../../key-spec.ts';

const row = rowsOf('trl/trainer/model_config.py@1.16.0');
const handbook = rowsOf('alignment-handbook src/alignment/configs.py@0.2.0');

export const modelKeys: readonly KeySpec[] = [
  row(
    'model_name_or_path',
    'path',
    { field: 'model' },
    'The model: an id on the Hugging Face Hub or a folder.',
    '模型：Hugging Face Hub 上的 id 或本地目录。',
  ),
  row(
    'dtype',
    'enum',
    { default: 'float32', field: 'weights.dtype', values: ['auto', 'bfloat16', 'float16', 'float32'] },
    'The type weights are loaded in. Since 0.27 float32 unless this says otherwise: twice the memory of bfloat16.',
    '权重的加载类型。自 0.27 起若不设置即为 float32，显存是 bfloat16 的两倍。',
  ),
  row(
    'torch_dtype',
    'enum',
    { field: 'weights.dtype', retired: true, values: ['auto', 'bfloat16', 'float16', 'float32'] },
    "The name of `dtype` before 0.27; newer releases of TRL's own scripts pass over it in silence.",
    '`dtype` 在 0.27 之前的名称；更新版本的 TRL 脚本会静默忽略它。',
  ),
  row(
    'attn_implementation',
    'enum',
    {
      field: 'attention',
      values: ['sdpa', 'flash_attention_2', 'flash_attention_3', 'eager', 'flex_attention'],
    },
    'The attention kernel; absent: SDPA for most models. `eager` keeps a score matrix of length × length for every head.',
    '注意力实现；缺省时多数模型为 SDPA。`eager` 会为每个注意力头保留 长度 × 长度 的分数矩阵。',
  ),
  handbook(
    'use_flash_attention_2',
    'boolean',
    { default: 'false', field: 'attention', retired: true },
    'FlashAttention 2, as recipes of 2023 ask for it.',
    'FlashAttention 2（2023 年的写法）。',
  ),
  row(
    'model_init_kwargs',
    'mapping',
    {},
    'Arguments of from_pretrained; `dtype` and `attn_implementation` may stand here.',
    'from_pretrained 的参数；`dtype` 和 `attn_implementation` 也可写在这里。',
  ),
  row(
    'use_peft',
    'boolean',
    { default: 'false', field: 'method.kind' },
    'Trains LoRA adapters instead of all weights. Without it every `lora_` key does nothing.',
    '训练 LoRA 适配器而非全部权重。未开启时所有 `lora_` 键均无效。',
  ),
  row(
    'lora_r',
    'integer',
    { default: '16', field: 'method.rank', scales: true },
    'The rank of the adapters. Their weights, gradients and optimizer states grow with it.',
    '适配器的秩。其权重、梯度和优化器状态随之增长。',
  ),
  row(
    'lora_alpha',
    'integer',
    { default: '32' },
    'The scale of the adapters. Moves no memory.',
    '适配器的缩放。不影响显存。',
  ),
  row(
    'lora_dropout',
    'number',
    { default: '0.05', field: 'method.dropout' },
    'Dropout before the adapters. Above 0 every adapted layer keeps a mask and a scaled copy of its input.',
    '适配器前的 dropout。大于 0 时，每个带适配器的层都要保留一个掩码和一份缩放后的输入。',
  ),
  row(
    'lora_target_modules',
    'list',
    { field: 'method.targets' },
    "The linear layers that get adapters; absent: PEFT's table, q_proj and v_proj for most models. `all-linear`: every one but the head.",
    '添加适配器的线性层；缺省时按 PEFT 的表，多数模型为 q_proj 和 v_proj。`all-linear` 表示除输出头外的全部。',
  ),
  row(
    'lora_target_parameters',
    'list',
    { field: 'method.targets' },
    'Parameters that get adapters although they are no layers, such as stacked experts.',
    '不属于线性层但添加适配器的参数，例如堆叠的专家权重。',
  ),
  row(
    'lora_modules_to_save',
    'list',
    { field: 'method.modulesToSave' },
    'Modules trained in full beside the adapters: a copy beside the frozen original.',
    '与适配器一起完整训练的模块：在冻结的原模块之外另有一份副本。',
  ),
  row(
    'use_dora',
    'boolean',
    { default: 'false', field: 'method.dora' },
    'DoRA: a trained magnitude for every output, and larger temporaries.',
    'DoRA：为每个输出增加一个可训练的幅度，临时张量更大。',
  ),
  row(
    'use_rslora',
    'boolean',
    { default: 'false', field: 'method.rslora' },
    'Another scale of the adapters. Moves no memory.',
    '适配器的另一种缩放方式。不影响显存。',
  ),
  row(
    'load_in_4bit',
    'boolean',
    { default: 'false', field: 'weights.quantization' },
    'Quantises the linear layers to 4 bits on loading (QLoRA). Embeddings, head and norms have the type of `dtype`.',
    '加载时把线性层量化为 4 位（QLoRA）。词嵌入、输出头和归一化层的类型由 `dtype` 决定。',
  ),
  row(
    'load_in_8bit',
    'boolean',
    { default: 'false', field: 'weights.quantization' },
    'Quantises the linear layers to 8 bits on loading.',
    '加载时把线性层量化为 8 位。',
  ),
  row(
    'bnb_4bit_quant_type',
    'enum',
    { default: 'nf4', field: 'weights.quantization', values: ['nf4', 'fp4'] },
    'The 4-bit format. Both take half a byte a weight, plus scales.',
    '4 位格式。两者每个权重都占半个字节，另加缩放系数。',
  ),
  row(
    'use_bnb_nested_quant',
    'boolean',
    { default: 'false', field: 'weights.quantization' },
    'Quantises the scales of 4-bit weights too: about 0.37 bits a weight less.',
    '对 4 位权重的缩放系数再做量化：每个权重约少 0.37 位。',
  ),
];
