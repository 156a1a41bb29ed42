// Which model, and in which types it is loaded and computed.

import type { KeySpec } from '../../dialect.ts';
import { rowsOf } from '../../key-spec.ts';

const model = rowsOf('src/axolotl/utils/schemas/model.py@v0.18.0');
const config = rowsOf('src/axolotl/utils/schemas/config.py@v0.18.0');

export const modelKeys: readonly KeySpec[] = [
  model(
    'base_model',
    'path',
    { field: 'model' },
    'The model: an id on the Hugging Face Hub, or a folder. Loaded in the type that `bf16` and `fp16` choose.',
    '模型：Hugging Face Hub 上的 id 或本地目录。按 `bf16`、`fp16` 所选的类型加载。',
  ),
  model(
    'trust_remote_code',
    'boolean',
    { default: 'false', field: 'framework.kernels' },
    'Runs model code from the Hub. The fused LoRA kernels stay off with it.',
    '运行 Hub 上的模型代码。启用后融合 LoRA 内核保持关闭。',
  ),
  model(
    'use_kernels',
    'boolean',
    { default: 'false', field: 'framework.kernels' },
    'Replaces layers by kernels from the Hub.',
    '用 Hub 上的内核替换部分层。',
  ),
  model(
    'use_onebitllms',
    'boolean',
    { default: 'false', field: 'weights.linear' },
    'Trains BitNet models in 1.58 bits.',
    '以 1.58 位训练 BitNet 模型。',
  ),
  model(
    'model_quantization_config',
    'enum',
    { field: 'weights.quantization', values: ['Mxfp4Config', 'FineGrainedFP8Config'] },
    "Loads with transformers' own quantisation.",
    '使用 transformers 自带的量化方式加载。',
  ),
  config(
    'bf16',
    'enum',
    { default: 'auto', field: 'weights.dtype', values: ['auto', 'true', 'false'] },
    'Weights are loaded in bf16, and computed in it. `auto` is true on Ampere and later. False alone means fp32.',
    '权重以 bf16 加载并计算。`auto` 在 Ampere 及更新的 GPU 上为 true。仅设为 false 即为 fp32。',
  ),
  config(
    'fp16',
    'boolean',
    { default: 'false', field: 'weights.dtype' },
    'Weights are loaded in fp16, and computed in it.',
    '权重以 fp16 加载并计算。',
  ),
  config(
    'bfloat16',
    'boolean',
    { default: 'false', field: 'weights.dtype' },
    'Loads the weights in bf16.',
    '以 bf16 加载权重。',
  ),
  config(
    'float16',
    'boolean',
    { default: 'false', field: 'weights.dtype' },
    'Loads the weights in fp16, without autocast.',
    '以 fp16 加载权重，不使用 autocast。',
  ),
  config(
    'fp8',
    'boolean',
    { default: 'false', field: 'weights.linear' },
    'Computes linear layers in fp8 (torchao).',
    '以 fp8 计算线性层（torchao）。',
  ),
  config(
    'attn_implementation',
    'enum',
    {
      field: 'attention',
      values: ['eager', 'sdpa', 'flash_attention_2', 'flash_attention_3', 'flex_attention', 'xformers', 'sage', 'fp8'],
    },
    'The attention kernel. Absent: SDPA. In full tuning, anything but `eager` and `sdpa` also keeps embeddings and norms in 16 bits.',
    '注意力实现。缺省为 SDPA。全量微调时，除 `eager` 与 `sdpa` 外，其他实现还会让词嵌入和归一化层保持 16 位。',
  ),
  config(
    'flash_attention',
    'boolean',
    { default: 'false', field: 'attention' },
    'The older way to ask for `attn_implementation: flash_attention_2`.',
    '`attn_implementation: flash_attention_2` 的旧写法。',
  ),
  config(
    'sdp_attention',
    'boolean',
    { default: 'false', field: 'attention' },
    'The older way to ask for `attn_implementation: sdpa`.',
    '`attn_implementation: sdpa` 的旧写法。',
  ),
  config(
    'xformers_attention',
    'boolean',
    { default: 'false', field: 'attention' },
    'The older way to ask for `attn_implementation: xformers`.',
    '`attn_implementation: xformers` 的旧写法。',
  ),
  config(
    'flex_attention',
    'boolean',
    { default: 'false', field: 'attention' },
    'The older way to ask for `attn_implementation: flex_attention`.',
    '`attn_implementation: flex_attention` 的旧写法。',
  ),
  config(
    'sage_attention',
    'boolean',
    { default: 'false', field: 'attention' },
    'The older way to ask for `attn_implementation: sage`.',
    '`attn_implementation: sage` 的旧写法。',
  ),
  config(
    'eager_attention',
    'boolean',
    { default: 'false', field: 'attention' },
    'The older way to ask for `attn_implementation: eager`.',
    '`attn_implementation: eager` 的旧写法。',
  ),
  config('qat', 'mapping', { field: 'weights.linear' }, 'Trains with fake quantisation.', '使用伪量化训练。'),
  config(
    'experts_implementation',
    'string',
    { field: 'framework.experts' },
    'How a mixture of experts multiplies: grouped_mm, scattermoe, sonicmoe, eager.',
    '混合专家的计算方式：grouped_mm、scattermoe、sonicmoe、eager。',
  ),
];
