// Keys of LitGPT's configs: litgpt/finetune/{lora,full}.py, litgpt/args.py and litgpt/pretrain.py, 0.5.13.

import type { KeySpec } from '../dialect.ts';
import { rowsOf, specsByKey } from '../key-spec.ts';

const lora = rowsOf('litgpt/finetune/lora.py@0.5.13');
const full = rowsOf('litgpt/finetune/full.py@0.5.13');
const args = rowsOf('litgpt/args.py@0.5.13');
const pretrain = rowsOf('litgpt/pretrain.py@0.5.13');
const config = rowsOf('litgpt/config.py@0.5.13');

const PRECISIONS = ['bf16-true', 'bf16-mixed', '16-true', '16-mixed', '32-true'];
const QUANTIZATIONS = ['bnb.nf4', 'bnb.nf4-dq', 'bnb.fp4', 'bnb.fp4-dq', 'bnb.int8-training'];

const target = (name: string, on: boolean, en: string, zh: string): KeySpec =>
  lora(`lora_${name}`, 'boolean', { default: String(on), field: 'method.targets' }, en, zh);

export const keys: readonly KeySpec[] = [
  lora(
    'checkpoint_dir',
    'path',
    { field: 'model' },
    'The converted checkpoint that is fine-tuned.',
    '要微调的、已转换的检查点目录。',
  ),
  pretrain('model_name', 'string', { field: 'model' }, 'The model to pre-train, by name.', '要预训练的模型名称。'),
  pretrain(
    'model_config',
    'mapping',
    { field: 'model' },
    'The model’s own sizes; wins over model_name.',
    '模型的各项尺寸；优先于 model_name。',
  ),
  pretrain(
    'initial_checkpoint_dir',
    'path',
    {},
    'Weights that pre-training goes on from.',
    '继续预训练所用的初始权重。',
  ),
  pretrain('tokenizer_dir', 'path', {}, 'The tokenizer for data that need one.', '数据需要的分词器目录。'),
  lora('out_dir', 'path', {}, 'Where checkpoints and logs go.', '检查点与日志的输出目录。'),
  lora(
    'precision',
    'enum',
    { default: 'bf16-mixed', field: 'weights.dtype', values: PRECISIONS },
    'true: weights in that type; mixed: fp32 weights and autocast.',
    'true：权重用该类型；mixed：fp32 权重加自动混合精度。',
  ),
  lora(
    'quantize',
    'enum',
    { field: 'weights.quantization', values: QUANTIZATIONS },
    'Frozen linears packed by bitsandbytes, the head too; on one GPU and with a true precision only.',
    '用 bitsandbytes 压缩冻结的线性层（含输出头）；仅限单卡和 true 精度。',
  ),
  lora('devices', 'any', { default: '1', field: 'parallel.gpus' }, 'GPUs of a node.', '每个节点的 GPU 数。'),
  lora('num_nodes', 'integer', { default: '1', field: 'parallel.gpus' }, 'Nodes.', '节点数。'),
  full('resume', 'any', {}, 'Goes on from a checkpoint of its own.', '从自身的检查点继续。'),
  lora('lora_r', 'integer', { default: '8', field: 'method.rank', scales: true }, 'The rank.', '秩。'),
  lora('lora_alpha', 'integer', {}, 'Scales what adapters add.', '适配器输出的缩放。'),
  lora(
    'lora_dropout',
    'number',
    { default: '0.05', field: 'method.dropout' },
    'Dropout before the adapters.',
    '适配器前的 dropout。',
  ),
  target('query', true, 'Adapts queries.', '适配 query。'),
  target('key', false, 'Adapts keys.', '适配 key。'),
  target('value', true, 'Adapts values.', '适配 value。'),
  target('projection', false, 'Adapts the output of attention.', '适配注意力输出投影。'),
  target('mlp', false, 'Adapts the MLP.', '适配 MLP。'),
  target('head', false, 'Adapts the head.', '适配输出头。'),
  args(
    'train.micro_batch_size',
    'integer',
    { default: '1', field: 'batch.micro', scales: true },
    'Rows in one forward pass on one GPU.',
    '单卡一次前向的行数。',
  ),
  args(
    'train.global_batch_size',
    'integer',
    { default: '16', field: 'batch.accumulation', scales: true },
    'Rows of an optimizer step over all GPUs.',
    '每次更新在全部 GPU 上的总行数。',
  ),
  args(
    'train.max_seq_length',
    'integer',
    { field: 'batch.sequence', scales: true },
    'The most tokens a row may have; absent: the longest sample, or in pre-training the model’s context.',
    '每行的最大 token 数；缺省为最长样本，预训练时为模型上下文长度。',
  ),
  args('train.tie_embeddings', 'boolean', { field: 'model' }, 'One table for input and head.', '输入与输出共享词表。'),
  args('train.max_norm', 'number', { field: 'clip' }, 'Gradient clipping, in pre-training.', '预训练时的梯度裁剪。'),
  args('train.epochs', 'integer', {}, 'Passes over the data.', '训练轮数。'),
  args('train.max_steps', 'integer', {}, 'Optimizer steps at most.', '最多更新步数。'),
  args('train.max_tokens', 'integer', {}, 'Tokens at most.', '最多 token 数。'),
  lora(
    'optimizer',
    'any',
    { default: 'AdamW', field: 'optimizer.name' },
    'A class of torch.optim, or class_path and init_args.',
    'torch.optim 的类名，或 class_path 与 init_args。',
  ),
  lora(
    'optimizer.class_path',
    'string',
    { field: 'optimizer.name' },
    'The optimizer’s Python class.',
    '优化器的 Python 类。',
  ),
  lora('data', 'any', {}, 'The data module.', '数据模块。'),
  config('model_config.n_layer', 'integer', { default: '16', field: 'model' }, 'Layers.', '层数。'),
  config('model_config.n_embd', 'integer', { default: '4096', field: 'model' }, 'Width.', '隐藏维度。'),
  config('model_config.n_head', 'integer', { default: '32', field: 'model' }, 'Attention heads.', '注意力头数。'),
  config('model_config.n_query_groups', 'integer', { field: 'model' }, 'Heads of keys and values.', '键和值的头数。'),
  config('model_config.intermediate_size', 'integer', { field: 'model' }, 'Width of the MLP.', 'MLP 的维度。'),
  config('model_config.block_size', 'integer', { default: '4096', field: 'model' }, 'Context length.', '上下文长度。'),
];

export const specs: ReadonlyMap<string, KeySpec> = specsByKey(keys);

/** Pre-training has defaults of its own. */
const PRETRAIN_DEFAULTS: Readonly<Record<string, string>> = {
  devices: 'auto',
  'train.micro_batch_size': '4',
  'train.global_batch_size': '512',
  'train.max_norm': '1.0',
  'train.tie_embeddings': 'false',
};
const PRETRAIN_SOURCE = 'litgpt/pretrain.py@0.5.13';

export const pretrainSpecs: ReadonlyMap<string, KeySpec> = specsByKey(
  keys.map((spec) => {
    const own = PRETRAIN_DEFAULTS[spec.key];
    return own === undefined ? spec : { ...spec, default: own, source: PRETRAIN_SOURCE };
  }),
);
