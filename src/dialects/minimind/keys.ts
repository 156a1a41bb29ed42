// The arguments of MiniMind's scripts (trainer/train_*.py, d65ef2c0). Where scripts differ, scripts.ts has the default.

import type { KeySpec } from '../dialect.ts';
import { rowsOf, specsByKey } from '../key-spec.ts';
import type { Script } from './scripts.ts';

const row = rowsOf('trainer/train_pretrain.py@d65ef2c0');

/** Keys that do not move memory. */
const SILENT: readonly (readonly [key: string, en: string, zh: string])[] = [
  ['save_dir', 'Where weights go.', '权重保存目录。'],
  ['save_weight', 'Prefix of the saved weights.', '保存权重的前缀名。'],
  ['lora_name', 'Name of the saved adapter.', '保存的 LoRA 名称。'],
  ['epochs', 'Epochs.', '训练轮数。'],
  ['learning_rate', 'Learning rate.', '学习率。'],
  ['device', 'The GPU to train on.', '训练设备。'],
  ['num_workers', 'Processes that load data.', '数据加载进程数。'],
  ['log_interval', 'Steps between log lines.', '日志间隔。'],
  ['save_interval', 'Steps between saves.', '保存间隔。'],
  ['data_path', 'The data.', '数据路径。'],
  ['from_weight', 'The weights training goes on from.', '基于哪个权重训练。'],
  ['from_resume', 'Goes on from a checkpoint.', '是否续训。'],
  ['use_wandb', 'Logs to a server.', '是否使用 wandb。'],
  ['wandb_project', 'Project of the log.', 'wandb 项目名。'],
  ['beta', 'Weight of the reference.', '参考模型的权重系数。'],
];

export const keys: readonly KeySpec[] = [
  row('hidden_size', 'integer', { default: '768', field: 'model' }, 'Width of the model.', '模型的隐藏层维度。'),
  row('num_hidden_layers', 'integer', { default: '8', field: 'model' }, 'Layers of the model.', '模型的层数。'),
  row(
    'use_moe',
    'enum',
    { default: '0', field: 'model', values: ['0', '1'] },
    '1: four experts a layer, one for each token.',
    '1：每层四个专家，每个 token 选一个。',
  ),
  row(
    'batch_size',
    'integer',
    { field: 'batch.micro', scales: true },
    'Rows on one GPU in one forward (32 in pre-training and LoRA, 16 in full SFT, 4 in DPO by default).',
    '单卡一次前向的行数（预训练与 LoRA 默认 32，全量 SFT 默认 16，DPO 默认 4）。',
  ),
  row(
    'accumulation_steps',
    'integer',
    { field: 'batch.accumulation', scales: true },
    'Forwards for one optimizer step; above 1 gradients stay through them (8 in pre-training by default).',
    '每次优化器更新前的前向次数；大于 1 时梯度一直驻留（预训练默认 8）。',
  ),
  row(
    'max_seq_len',
    'integer',
    { field: 'batch.sequence', scales: true },
    'Tokens of a row; every row is padded to it.',
    '每行的 token 数；所有行都会填充到该长度。',
  ),
  row(
    'dtype',
    'enum',
    { default: 'bfloat16', field: 'autocast', values: ['bfloat16', 'float16'] },
    'The type of autocast; weights stay in fp32.',
    '自动混合精度的类型；权重始终为 fp32。',
  ),
  row(
    'use_compile',
    'enum',
    { default: '0', field: 'framework.compile', values: ['0', '1'] },
    'Compiles the model with torch.compile.',
    '用 torch.compile 编译模型。',
  ),
  row('grad_clip', 'number', { default: '1.0', field: 'clip' }, 'Norm that gradients are cut to.', '梯度裁剪阈值。'),
  ...SILENT.map(([key, en, zh]) => row(key, 'any', {}, en, zh)),
];

export const knownKeys: ReadonlySet<string> = new Set(keys.map((k) => k.key));

/** The table with the defaults of one script. */
export const specsOf = ({ defaults }: Script): ReadonlyMap<string, KeySpec> => {
  const own: ReadonlyMap<string, number> = new Map(Object.entries(defaults));
  return specsByKey(keys.map((spec) => ({ ...spec, ...defaultOf(own.get(spec.key)) })));
};

const defaultOf = (value: number | undefined): Pick<KeySpec, 'default'> =>
  value === undefined ? {} : { default: String(value) };
