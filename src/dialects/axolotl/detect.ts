// Is this a file of axolotl, and what is it for? `base_model` alone says little: ludwig, AutoTrain and mergekit have it too.

import type { MapNode, SourceDoc } from '../../yaml/source-doc.ts';
import { type Claim, claimOf, cluesOf, has, type Words } from '../clues.ts';
import type { Detection } from '../dialect.ts';
import type { Reading } from '../reading.ts';

const WORDS: Words = {
  own: cluesOf({
    sequence_len: 0.3,
    sample_packing: 0.3,
    eval_sample_packing: 0.2,
    pad_to_sequence_len: 0.3,
    dataset_prepared_path: 0.3,
    lora_target_linear: 0.4,
    adapter: [0.25, 'lora', 'qlora', 'llama-adapter'],
    val_set_size: 0.2,
    evals_per_epoch: 0.2,
    saves_per_epoch: 0.2,
    micro_batch_size: 0.2,
    unfrozen_parameters: 0.3,
    flash_optimum: 0.3,
    liger_glu_activation: 0.3,
    liger_rms_norm: 0.3,
    lora_mlp_kernel: 0.3,
    quantize_moe_experts: 0.3,
    train_on_inputs: 0.2,
    wandb_watch: 0.1,
  }),
  shared: cluesOf({
    base_model: 0.35,
    base_model_config: 0.1,
    load_in_8bit: 0.1,
    load_in_4bit: 0.1,
    datasets: 0.1,
    lora_r: 0.1,
    lora_alpha: 0.05,
    gradient_accumulation_steps: 0.05,
    num_epochs: 0.1,
    optimizer: 0.05,
    plugins: 0.05,
  }),
  // Manifests, trainers with some of the same words (ludwig, AutoTrain, mergekit, Megatron's kin), and axolotl's cloud files.
  foreign: new Set([
    'apiVersion',
    'services',
    'jobs',
    'provider',
    'input_features',
    'output_features',
    'task',
    'params',
    'merge_method',
    'slices',
    'model_name_or_path',
    'finetuning_type',
    'checkpoint_dir',
    'train',
    'trainer',
    'global_batch_size',
    'tensor_model_parallel_size',
    'compute_environment',
    'defaults',
    '_target_',
    '_component_',
  ]),
};

export const detect = (doc: SourceDoc): Detection => ourClaim(doc) ?? { score: 0, reasons: [] };

/** The mapping of a stream that is ours, if any: a file without a model belongs to somebody else. */
export function ourClaim(doc: SourceDoc): Claim | null {
  const claim = claimOf(doc, WORDS);
  return claim && has(claim.root, 'base_model') ? claim : null;
}

/** Every command takes the same file; only what nothing trains can be told from its keys. */
export function purposeOf(root: MapNode): Reading['purpose'] {
  return has(root, 'datasets') || has(root, 'pretraining_dataset') || !has(root, 'quantization')
    ? 'training'
    : 'export';
}
