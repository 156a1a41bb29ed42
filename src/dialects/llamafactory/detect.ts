// Is this a file of LLaMA-Factory, and what is it for? Decided by its own words at the top level of a mapping; words that other
// trainers share (`bf16`, `per_device_train_batch_size`) only add to a claim.

import type { MapNode, SourceDoc } from '../../yaml/source-doc.ts';
import { type Claim, claimOf, cluesOf, has, type Words } from '../clues.ts';
import type { Detection } from '../dialect.ts';
import type { Reading } from '../reading.ts';
import { boolean } from '../value-parsers.ts';

const WORDS: Words = {
  own: cluesOf({
    finetuning_type: [0.6, 'lora', 'oft', 'freeze', 'full', 'none'],
    stage: [0.4, 'pt', 'sft', 'rm', 'ppo', 'dpo', 'kto', 'orpo'],
    cutoff_len: 0.35,
    dataset_dir: 0.25,
    lora_target: 0.25,
    neat_packing: 0.3,
    pure_bf16: 0.3,
    quantization_bit: 0.25,
    double_quantization: 0.25,
    freeze_trainable_layers: 0.4,
    freeze_trainable_modules: 0.4,
    additional_target: 0.25,
    disable_gradient_checkpointing: 0.3,
    use_unsloth_gc: 0.4,
    enable_liger_kernel: 0.3,
    use_llama_pro: 0.4,
    use_galore: 0.3,
    use_apollo: 0.3,
    use_badam: 0.4,
    pref_loss: 0.3,
    infer_backend: 0.4,
    infer_dtype: 0.3,
    export_dir: 0.3,
    export_legacy_format: 0.3,
    use_kt: 0.3,
    plot_loss: 0.2,
  }),
  shared: cluesOf({
    model_name_or_path: 0.2,
    adapter_name_or_path: 0.2,
    template: 0.2,
    do_train: 0.1,
    dataset: 0.05,
    lora_rank: 0.1,
    flash_attn: 0.1,
    overwrite_cache: 0.1,
    preprocessing_num_workers: 0.05,
    per_device_train_batch_size: 0.1,
  }),
  // Manifests of containers and clusters, other trainers with similar words, and the framework's own second generation.
  foreign: new Set([
    'apiVersion',
    'services',
    'jobs',
    'base_model',
    'compute_environment',
    'defaults',
    '_target_',
    '_component_',
    'dist_config',
    'kernel_config',
    'sample_backend',
  ]),
};

export const detect = (doc: SourceDoc): Detection => ourClaim(doc) ?? { score: 0, reasons: [] };

/** The mapping of a stream that is ours, if any. */
export const ourClaim = (doc: SourceDoc): Claim | null => claimOf(doc, WORDS);

/** Keys that only a run of training has; the first ones also tell it from a chat. */
const SCHEDULE = [
  'per_device_train_batch_size',
  'gradient_accumulation_steps',
  'num_train_epochs',
  'learning_rate',
  'max_steps',
  'deepspeed',
];
const METHOD = ['finetuning_type', 'stage'];

/** What the file does. A file that says nothing about training yet, but nothing else either, is taken as one being written. */
export function purposeOf(root: MapNode): Reading['purpose'] {
  if (has(root, 'export_dir')) return 'export';
  // Tokenising only: the framework stops once `tokenized_path` is written.
  if (has(root, 'tokenized_path') && !has(root, 'per_device_train_batch_size') && !has(root, 'learning_rate'))
    return 'data';
  if (says(root, 'do_train') === true) return 'training';
  if (evaluates(root)) return 'evaluation';
  return chats(root) ? 'inference' : 'training';
}

function evaluates(root: MapNode): boolean {
  if (has(root, 'task') && has(root, 'n_shot')) return true;
  if (says(root, 'do_train') === false) return true;
  return ['do_predict', 'do_eval', 'predict_with_generate'].some((key) => says(root, key) === true);
}

function chats(root: MapNode): boolean {
  if (has(root, 'infer_backend') || has(root, 'infer_dtype')) return true;
  if (!has(root, 'template') || has(root, 'dataset') || SCHEDULE.some((key) => has(root, key))) return false;
  return has(root, 'adapter_name_or_path') || !METHOD.some((key) => has(root, key));
}

function says(root: MapNode, key: string): boolean | undefined {
  const entry = root.entries.find((e) => e.key === key);
  return entry && boolean.parse(entry.value);
}
