// What is trained.

import type { KeySpec } from '../../dialect.ts';
import { rowsOf } from '../../key-spec.ts';

const tuner = rowsOf('swift/arguments/tuner_args.py@v4.5.2');
const rlhf = rowsOf('swift/arguments/rlhf_args.py@v4.5.2');
const TYPES = [
  'lora',
  'full',
  'longlora',
  'adalora',
  'llamapro',
  'adapter',
  'vera',
  'boft',
  'fourierft',
  'reft',
  'bone',
];

export const tunerKeys: readonly KeySpec[] = [
  rowsOf('swift/arguments/base_args/base_args.py@v4.5.2')(
    'tuner_type',
    'enum',
    { default: 'lora', field: 'method.kind', values: TYPES },
    'What is trained: adapters, or everything.',
    '训练内容：适配器或全部参数。',
  ),
  rowsOf('swift/llm/argument/base_args/base_args.py@v3.12')(
    'train_type',
    'enum',
    { default: 'lora', field: 'method.kind', values: TYPES },
    'The name of tuner_type before 4.0.',
    'tuner_type 在 4.0 之前的名称。',
  ),
  rowsOf('swift/llm/utils/argument.py@v2.6')(
    'sft_type',
    'enum',
    { default: 'lora', field: 'method.kind', values: TYPES },
    'The name of tuner_type before 3.0.',
    'tuner_type 在 3.0 之前的名称。',
  ),
  tuner(
    'lora_rank',
    'integer',
    { default: '8', field: 'method.rank', scales: true },
    'The rank of the adapters.',
    '适配器的秩。',
  ),
  tuner(
    'lora_dropout',
    'number',
    { default: '0.05', field: 'method.dropout' },
    'Above 0 each adapted layer keeps a dropped copy of its input and a mask.',
    '大于 0 时，每个适配层都会保留一份经 dropout 的输入及其掩码。',
  ),
  tuner(
    'lora_dtype',
    'enum',
    { field: 'method.adapterDtype', values: ['float16', 'bfloat16', 'float32'] },
    'The type of the adapters. Absent: fp32.',
    '适配器的类型。缺省为 fp32。',
  ),
  tuner(
    'target_modules',
    'list',
    { default: 'all-linear', field: 'method.targets' },
    'The layers with adapters; `all-linear`: every linear layer but the head.',
    '带适配器的层；`all-linear`：除输出头外的所有线性层。',
  ),
  tuner(
    'target_regex',
    'string',
    { field: 'method.targets' },
    'The layers with adapters, as a pattern over their paths.',
    '带适配器的层，以路径模式给出。',
  ),
  tuner(
    'target_parameters',
    'list',
    { field: 'method.targets' },
    'Bare parameters with adapters, such as stacked experts.',
    '带适配器的裸参数，如堆叠的专家权重。',
  ),
  tuner(
    'modules_to_save',
    'list',
    { field: 'method.modulesToSave' },
    'Modules trained in full beside the adapters.',
    '与适配器一起完整训练的模块。',
  ),
  tuner(
    'use_dora',
    'boolean',
    { default: 'false', field: 'method.dora' },
    'DoRA: a trained length beside each adapted weight.',
    'DoRA：为每个适配的权重另训练一个长度向量。',
  ),
  tuner(
    'use_rslora',
    'boolean',
    { default: 'false', field: 'method.rslora' },
    'Rank-stabilised LoRA. Moves no memory.',
    '秩稳定 LoRA。不影响显存。',
  ),
  tuner(
    'adapters',
    'list',
    {},
    'An adapter to go on from; its own rank and layers win.',
    '继续训练的适配器；以其自身的秩和层为准。',
  ),
  tuner('freeze_parameters', 'list', { field: 'method.kind' }, 'Parameters that are not trained.', '不训练的参数。'),
  tuner(
    'freeze_parameters_ratio',
    'number',
    { default: '0.0', field: 'method.kind' },
    'The share of the parameters, from the bottom, that is not trained.',
    '自底向上不训练的参数比例。',
  ),
  tuner(
    'freeze_parameters_regex',
    'string',
    { field: 'method.kind' },
    'A pattern of parameters that are not trained.',
    '不训练的参数的模式。',
  ),
  tuner(
    'freeze_vit',
    'boolean',
    { default: 'true' },
    'Leaves the vision tower of a multimodal model as it is.',
    '保持多模态模型的视觉塔不变。',
  ),
  rowsOf('swift/arguments/base_args/base_args.py@v4.5.2')(
    'tuner_backend',
    'enum',
    { default: 'peft', field: 'framework.name', values: ['peft', 'unsloth'] },
    'The library of the adapters. Unsloth brings kernels of its own.',
    '适配器所用的库。Unsloth 自带内核。',
  ),
  rlhf(
    'rlhf_type',
    'enum',
    { field: 'stage', values: ['dpo', 'orpo', 'simpo', 'kto', 'cpo', 'rm', 'ppo', 'grpo', 'gkd'] },
    'Preference or reinforcement learning.',
    '偏好学习或强化学习。',
  ),
];
