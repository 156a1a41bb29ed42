// Which model, in which types, and its rows.

import type { KeySpec } from '../../dialect.ts';
import { rowsOf } from '../../key-spec.ts';

const model = rowsOf('swift/arguments/base_args/model_args.py@v4.5.2');
const quant = rowsOf('swift/arguments/base_args/quant_args.py@v4.5.2');
const template = rowsOf('swift/arguments/base_args/template_args.py@v4.5.2');
const base = rowsOf('swift/arguments/base_args/base_args.py@v4.5.2');

export const modelKeys: readonly KeySpec[] = [
  model(
    'model',
    'path',
    { field: 'model' },
    'The model: an id on ModelScope or the Hugging Face Hub, or a folder.',
    '模型：ModelScope 或 Hugging Face Hub 上的 id，或本地目录。',
  ),
  model(
    'torch_dtype',
    'enum',
    { field: 'weights.dtype', values: ['bfloat16', 'float16', 'float32'] },
    'The type of the weights, and with it of the arithmetic. Absent: as the checkpoint.',
    '权重的类型，同时决定计算类型。缺省与检查点一致。',
  ),
  model(
    'attn_impl',
    'enum',
    {
      field: 'attention',
      values: [
        'sdpa',
        'eager',
        'flash_attn',
        'flash_attention_2',
        'flash_attention_3',
        'flash_attention_4',
        'flex_attention',
      ],
    },
    'The attention kernel. Absent: SDPA for most models. Packing needs a flash one.',
    '注意力实现。多数模型缺省为 SDPA。打包需要 flash 实现。',
  ),
  model(
    'experts_impl',
    'string',
    { field: 'framework.experts' },
    'How a mixture of experts multiplies.',
    '混合专家的计算方式。',
  ),
  model(
    'task_type',
    'enum',
    {
      default: 'causal_lm',
      field: 'stage',
      values: ['causal_lm', 'seq_cls', 'embedding', 'reranker', 'generative_reranker'],
    },
    'What the model is trained for.',
    '模型的训练目标。',
  ),
  quant(
    'quant_method',
    'enum',
    { field: 'weights.quantizer', values: ['bnb', 'hqq', 'eetq', 'quanto', 'fp8'] },
    'The library that quantises the frozen linear layers on loading.',
    '加载时量化冻结线性层所用的库。',
  ),
  quant(
    'quant_bits',
    'integer',
    { field: 'weights.quantization', values: ['4', '8'] },
    'Bits of a quantised weight: 4 (QLoRA) or 8.',
    '量化权重的位数：4（QLoRA）或 8。',
  ),
  quant(
    'bnb_4bit_quant_type',
    'enum',
    { default: 'nf4', field: 'weights.quantization', values: ['nf4', 'fp4'] },
    'The 4-bit format.',
    '4 位格式。',
  ),
  quant(
    'bnb_4bit_use_double_quant',
    'boolean',
    { default: 'true', field: 'weights.quantization' },
    'Quantises the scales too.',
    '对缩放系数再做量化。',
  ),
  template(
    'max_length',
    'integer',
    { field: 'batch.sequence', scales: true },
    'Tokens a row at most; longer samples are left out. Absent: as long as the model allows.',
    '每行最多的 token 数；更长的样本会被舍弃。缺省为模型允许的最大长度。',
  ),
  template(
    'padding_free',
    'boolean',
    { default: 'false', field: 'mask' },
    'Lays the rows of a batch end to end instead of padding them. Needs flash attention.',
    '把批次中的行首尾相接而不填充。需要 flash 注意力。',
  ),
  template(
    'sequence_parallel_size',
    'integer',
    { default: '1', field: 'parallel.context' },
    'GPUs that share each row.',
    '共同处理每一行的 GPU 数。',
  ),
  base(
    'packing',
    'boolean',
    { default: 'false', field: 'batch.packed' },
    'Packs samples into rows that are always full. Needs flash attention.',
    '把样本打包成始终填满的行。需要 flash 注意力。',
  ),
  base(
    'packing_length',
    'integer',
    { field: 'batch.sequence', scales: true },
    'The length of a packed row. Absent: as max_length.',
    '打包后每行的长度。缺省与 max_length 相同。',
  ),
  base(
    'ENV',
    'mapping',
    { field: 'parallel.gpus' },
    'Environment variables: NPROC_PER_NODE and NNODES start that many processes.',
    '环境变量：NPROC_PER_NODE 与 NNODES 决定启动的进程数。',
  ),
  base('ENV.NPROC_PER_NODE', 'integer', { field: 'parallel.gpus' }, 'Processes on each machine.', '每台机器的进程数。'),
  base('ENV.NNODES', 'integer', { default: '1', field: 'parallel.gpus' }, 'Machines.', '机器数。'),
  base(
    'ENV.PYTORCH_CUDA_ALLOC_CONF',
    'string',
    { field: 'allocator.expandableSegments' },
    "Settings of PyTorch's allocator.",
    'PyTorch 显存分配器的设置。',
  ),
];
