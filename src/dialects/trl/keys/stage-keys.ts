// Keys of the stages after supervised fine-tuning: preferences, completions, and what they are compared with.

import type { KeySpec } from '../../dialect.ts';
import { rowsOf } from '../../key-spec.ts';

const dpo = rowsOf('trl/trainer/dpo_config.py@1.16.0');
const older = rowsOf('trl/trainer/dpo_config.py@0.24.0');
const grpo = rowsOf('trl/trainer/grpo_config.py@1.16.0');

export const stageKeys: readonly KeySpec[] = [
  grpo(
    'beta',
    'number',
    { field: 'reference' },
    'The weight of the distance to the reference model. In GRPO 0, the default, needs no reference.',
    '与参考模型距离的权重。GRPO 默认为 0，不需要参考模型。',
  ),
  dpo(
    'precompute_ref_log_probs',
    'boolean',
    { default: 'false', field: 'reference' },
    'Runs the reference once before training: no second model beside the trained one.',
    '在训练前先运行一次参考模型：训练时不再驻留第二个模型。',
  ),
  dpo(
    'loss_type',
    'any',
    { field: 'loss.kind' },
    'The loss. In supervised fine-tuning `nll` (computed tile by tile since 1.15) or `dft`.',
    '损失类型。监督微调中为 `nll`（自 1.15 起分块计算）或 `dft`。',
  ),
  older(
    'max_prompt_length',
    'integer',
    { field: 'batch.sequence', scales: true, retired: true },
    'The most tokens of a prompt, until 0.27. In GRPO the row is prompt and completion.',
    '提示的最大 token 数（至 0.27）。GRPO 中一行为提示加回答。',
  ),
  grpo(
    'max_completion_length',
    'integer',
    { default: '512', field: 'rollout.completionTokens', scales: true },
    'Tokens that are written after each prompt.',
    '每个提示之后生成的 token 数。',
  ),
  grpo(
    'num_generations',
    'integer',
    { default: '8', field: 'rollout.rows' },
    'Completions of one prompt. `per_device_train_batch_size` counts completions.',
    '每个提示的回答数。`per_device_train_batch_size` 按回答计数。',
  ),
  grpo(
    'steps_per_generation',
    'integer',
    { field: 'rollout.rows' },
    'Micro-batches written at once; absent: as many as an optimizer step has.',
    '一次生成的微批次数；缺省为一次优化器更新所含的数量。',
  ),
  grpo(
    'generation_batch_size',
    'integer',
    { field: 'rollout.rows' },
    'Completions written at once on all GPUs.',
    '所有 GPU 一次生成的回答数。',
  ),
  grpo(
    'use_vllm',
    'boolean',
    { default: 'false', field: 'rollout.engine' },
    'vLLM writes the completions, on the same card or on a server.',
    '由 vLLM 生成回答，可在同一张卡上或服务器上。',
  ),
  grpo(
    'vllm_mode',
    'enum',
    { default: 'colocate', field: 'rollout.engine', values: ['colocate', 'server'] },
    '`colocate`: vLLM takes its share of the cards that train; `server`: other cards.',
    '`colocate`：vLLM 占用训练卡的一部分；`server`：使用其他卡。',
  ),
  grpo(
    'vllm_gpu_memory_utilization',
    'number',
    { default: '0.3', field: 'rollout.share' },
    "vLLM's share of the card's memory.",
    'vLLM 占用的显存比例。',
  ),
  grpo(
    'vllm_enable_sleep_mode',
    'boolean',
    { default: 'false', field: 'rollout.sleeps' },
    'vLLM gives its memory back while the model is trained.',
    '训练期间 vLLM 归还其显存。',
  ),
];
