// Is this a file of ms-swift, and what is it for? Its keys are mostly those of the Trainer; its own ones decide.

import type { MapNode, SourceDoc } from '../../yaml/source-doc.ts';
import { type Claim, claimOf, cluesOf, has, type Words } from '../clues.ts';
import type { Detection } from '../dialect.ts';
import type { Reading } from '../reading.ts';

const TUNERS = [
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

const WORDS: Words = {
  own: cluesOf({
    tuner_type: [0.4, ...TUNERS],
    train_type: [0.4, ...TUNERS],
    sft_type: [0.4, ...TUNERS],
    rlhf_type: [0.4, 'dpo', 'orpo', 'simpo', 'kto', 'cpo', 'rm', 'ppo', 'grpo', 'gkd'],
    target_modules: [0.25, 'all-linear'],
    deepspeed: [0.25, 'zero0', 'zero1', 'zero2', 'zero3', 'zero2_offload', 'zero3_offload'],
    split_dataset_ratio: 0.3,
    model_author: 0.2,
    attn_impl: 0.25,
    quant_bits: 0.2,
    freeze_vit: 0.3,
    freeze_aligner: 0.3,
    vit_gradient_checkpointing: 0.3,
    packing_length: 0.25,
    padding_free: 0.2,
    lorap_lr_ratio: 0.3,
    torch_dtype: [0.15, 'bfloat16', 'float16', 'float32'],
    external_plugins: 0.2,
    train_dataset_sample: 0.3,
  }),
  shared: cluesOf({
    model: 0.15,
    dataset: 0.1,
    max_length: 0.1,
    lora_rank: 0.1,
    lora_alpha: 0.05,
    per_device_train_batch_size: 0.1,
    dataset_num_proc: 0.05,
    model_name: 0.05,
    system: 0.05,
    ENV: 0.1,
  }),
  // Manifests, and trainers with some of the same words.
  foreign: new Set([
    'apiVersion',
    'services',
    'jobs',
    'model_name_or_path',
    'base_model',
    'finetuning_type',
    'stage',
    'compute_environment',
    'defaults',
    'recipe',
    'seq_length',
    'actor_train',
    'sampler_engine',
    'sampler_type',
    '_target_',
    '_component_',
  ]),
};

export const detect = (doc: SourceDoc): Detection => ourClaim(doc) ?? { score: 0, reasons: [] };

/** The mapping of a stream that is ours, if any. */
export function ourClaim(doc: SourceDoc): Claim | null {
  const claim = claimOf(doc, WORDS);
  const names =
    claim && ['model', 'model_type', 'ckpt_dir', 'resume_from_checkpoint'].some((key) => has(claim.root, key));
  return names ? claim : null;
}

const TRAINS = ['dataset', 'cached_dataset', 'tuner_type', 'train_type', 'sft_type', 'rlhf_type', 'learning_rate'];

/** Inference, evaluation and export take the same keys, but for what only training has. */
export function purposeOf(root: MapNode): Reading['purpose'] {
  if (TRAINS.some((key) => has(root, key)) || has(root, 'train')) return 'training';
  if (has(root, 'eval_backend') || has(root, 'eval_dataset')) return 'evaluation';
  return has(root, 'merge_lora') || has(root, 'quant_bits') ? 'export' : 'inference';
}
