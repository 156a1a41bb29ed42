// Is this a recipe for TRL or the Trainer under it, and which trainer runs it? Decided by words at the top level of a mapping.
// The words of the Trainer are shared with many; a claim needs one that TRL and the collections of recipes have for themselves.

import type { MapNode, SourceDoc } from '../../yaml/source-doc.ts';
import { type Claim, claimOf, cluesOf, type Words } from '../clues.ts';
import type { Detection } from '../dialect.ts';
import type { Reading } from '../reading.ts';

const WORDS: Words = {
  own: cluesOf({
    dataset_mixer: 0.4,
    dataset_mixture: 0.4,
    dataset_id_or_path: 0.4,
    datasets_and_ratios: 0.3,
    dataset_name: 0.15,
    dataset_text_field: 0.25,
    dataset_train_split: 0.25,
    torch_dtype: 0.1,
    dtype: [0.1, 'auto', 'bfloat16', 'float16', 'float32'],
    use_peft: 0.3,
    lora_r: 0.15,
    lora_target_modules: 0.2,
    load_in_4bit: 0.15,
    max_seq_length: 0.2,
    packing_strategy: 0.2,
    gradient_checkpointing_kwargs: 0.2,
    precompute_ref_log_probs: 0.3,
    num_generations: 0.3,
    max_completion_length: 0.3,
    max_prompt_length: 0.2,
    vllm_mode: 0.2,
    block_size: 0.1,
    accelerate_config: 0.2,
  }),
  shared: cluesOf({
    model_name_or_path: 0.25,
    attn_implementation: 0.05,
    max_length: 0.05,
    beta: 0.1,
    packing: 0.1,
    per_device_train_batch_size: 0.2,
    gradient_accumulation_steps: 0.1,
    num_train_epochs: 0.1,
    learning_rate: 0.1,
    output_dir: 0.1,
  }),
  foreign: new Set([
    // Manifests of containers and clusters; launchers.
    'apiVersion',
    'services',
    'jobs',
    'compute_environment',
    'defaults',
    '_target_',
    '_component_',
    // LLaMA-Factory.
    'finetuning_type',
    'stage',
    'cutoff_len',
    'template',
    'lora_target',
    'dataset_dir',
    'quantization_bit',
    // axolotl, autotrain; ms-swift and others that name the model otherwise.
    'base_model',
    'train_type',
    'tuner_type',
    'model',
    // Servers, evaluations, and scripts of one's own.
    'host',
    'port',
    'tasks',
    'num_fewshot',
    'do_sample',
    'tensor_parallel_size',
    'gpu_memory_utilization',
    'batch_size',
    'epochs',
    'lr',
    // open-instruct, ChatGLM, Mamba and others of their own.
    'use_flash_attn',
    'dataset_mixer_list',
    'dataset_mix_dir',
    'exp_name',
    'tokenizer_name',
    'with_tracking',
    'use_slow_tokenizer',
    'training_args',
    'data_config',
  ]),
};

export const detect = (doc: SourceDoc): Detection => ourClaim(doc) ?? { score: 0, reasons: [] };

/** The mapping of a stream that is ours, if any. */
export const ourClaim = (doc: SourceDoc): Claim | null => claimOf(doc, WORDS);

/** A file without a schedule may still be one being written; one that only evaluates is told by `do_train: false`. */
export function purposeOf(root: MapNode): Reading['purpose'] {
  const trains = root.entries.find((e) => e.key === 'do_train')?.value;
  return trains?.kind === 'scalar' && trains.value === false ? 'evaluation' : 'training';
}
