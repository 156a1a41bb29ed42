// Is this a file of LLaMA-Factory, and what is it for? Decided by its own words at the top level of a mapping; words that other
// trainers share (`bf16`, `per_device_train_batch_size`) only add to a claim.

import type { Entry, MapNode, SourceDoc } from '../../yaml/source-doc.ts';
import type { Detection } from '../dialect.ts';
import type { Reading } from '../reading.ts';
import { boolean, text } from '../value-parsers.ts';

interface Clue {
  readonly weight: number;
  /** Values that make the key a clue; absent: any. */
  readonly values?: ReadonlySet<string>;
}

const set = (...words: string[]): ReadonlySet<string> => new Set(words);
const clue = (weight: number, values?: ReadonlySet<string>): Clue => (values ? { weight, values } : { weight });

/** A map, because a file may have any key: `constructor` is one. */
function cluesOf(clues: Readonly<Record<string, Clue>>): ReadonlyMap<string, Clue> {
  return new Map(Object.entries(clues));
}

/** Words of this framework alone. Without one of them there is no claim. */
const OWN: ReadonlyMap<string, Clue> = cluesOf({
  finetuning_type: clue(0.6, set('lora', 'oft', 'freeze', 'full', 'none')),
  stage: clue(0.4, set('pt', 'sft', 'rm', 'ppo', 'dpo', 'kto', 'orpo')),
  cutoff_len: clue(0.35),
  dataset_dir: clue(0.25),
  lora_target: clue(0.25),
  neat_packing: clue(0.3),
  pure_bf16: clue(0.3),
  quantization_bit: clue(0.25),
  double_quantization: clue(0.25),
  freeze_trainable_layers: clue(0.4),
  freeze_trainable_modules: clue(0.4),
  additional_target: clue(0.25),
  disable_gradient_checkpointing: clue(0.3),
  use_unsloth_gc: clue(0.4),
  enable_liger_kernel: clue(0.3),
  use_llama_pro: clue(0.4),
  use_galore: clue(0.3),
  use_apollo: clue(0.3),
  use_badam: clue(0.4),
  pref_loss: clue(0.3),
  infer_backend: clue(0.4),
  infer_dtype: clue(0.3),
  export_dir: clue(0.3),
  export_legacy_format: clue(0.3),
  use_kt: clue(0.3),
  plot_loss: clue(0.2),
  // Files of the second generation (USE_V1): see v1.ts.
  model_class: clue(0.3, set('llm', 'cls', 'other')),
  dist_config: clue(0.3),
  peft_config: clue(0.25),
  kernel_config: clue(0.25),
  sample_backend: clue(0.3),
});

/** Words it shares with others of its kind. */
const SHARED: ReadonlyMap<string, Clue> = cluesOf({
  model_name_or_path: clue(0.2),
  adapter_name_or_path: clue(0.2),
  template: clue(0.2),
  do_train: clue(0.1),
  dataset: clue(0.05),
  train_dataset: clue(0.05),
  lora_rank: clue(0.1),
  flash_attn: clue(0.1),
  overwrite_cache: clue(0.1),
  preprocessing_num_workers: clue(0.05),
  per_device_train_batch_size: clue(0.1),
  micro_batch_size: clue(0.05),
  model: clue(0.05),
});

export function detect(doc: SourceDoc): Detection {
  const found = ourRoot(doc);
  return found ? { score: found.score, reasons: found.reasons } : { score: 0, reasons: [] };
}

/** The mapping of a stream that is ours, if any. */
export function ourRoot(doc: SourceDoc): (Detection & { readonly root: MapNode }) | null {
  const claims = doc.roots.flatMap((root) => (root.kind === 'map' ? [{ root, ...claimOn(root) }] : []));
  return claims.reduce<(typeof claims)[number] | null>((best, c) => (c.score > (best?.score ?? 0) ? c : best), null);
}

function claimOn(root: MapNode): Detection {
  const own = root.entries.filter((e) => counts(e, OWN.get(e.key)));
  if (own.length === 0 || isAnotherTool(root)) return { score: 0, reasons: [] };
  const shared = root.entries.filter((e) => counts(e, SHARED.get(e.key)));
  const score = [...own, ...shared].reduce((sum, e) => sum + ((OWN.get(e.key) ?? SHARED.get(e.key))?.weight ?? 0), 0);
  return { score: Math.min(1, score), reasons: [...own, ...shared].map((e) => ({ key: e.key, span: e.keySpan })) };
}

function counts(entry: Entry, found: Clue | undefined): boolean {
  if (!found) return false;
  return found.values === undefined || found.values.has(text.parse(entry.value)?.toLowerCase() ?? '');
}

/** Keys at the top that no file of ours has: manifests of containers and clusters, and other trainers with similar words. */
const FOREIGN = [
  'apiVersion',
  'services',
  'jobs',
  'base_model',
  'compute_environment',
  'defaults',
  '_target_',
  '_component_',
];
const isAnotherTool = (root: MapNode): boolean => root.entries.some((e) => FOREIGN.includes(e.key));

/** Keys that only a run of training has. */
const TRAINING = [
  'per_device_train_batch_size',
  'gradient_accumulation_steps',
  'num_train_epochs',
  'learning_rate',
  'max_steps',
  'deepspeed',
  'micro_batch_size',
  'finetuning_type',
  'stage',
];

/** What the file does. A file that says nothing about training yet, but nothing else either, is taken as one being written. */
export function purposeOf(root: MapNode): Reading['purpose'] {
  const has = (key: string): boolean => root.entries.some((e) => e.key === key);
  const is = (key: string): boolean | undefined => {
    const entry = root.entries.find((e) => e.key === key);
    return entry && boolean.parse(entry.value);
  };
  if (has('export_dir') || exportsBelow(root)) return 'export';
  // Tokenising only: the framework stops once `tokenized_path` is written.
  if (has('tokenized_path') && !has('per_device_train_batch_size') && !has('learning_rate')) return 'data';
  if (is('do_train') === true) return 'training';
  if (has('task') && has('n_shot')) return 'evaluation';
  if (is('do_predict') === true || is('do_eval') === true || is('predict_with_generate') === true) return 'evaluation';
  if (is('do_train') === false) return 'evaluation';
  if (has('infer_backend') || has('infer_dtype')) return 'inference';
  if (isSecondGeneration(root)) return has('train_dataset') ? 'training' : 'inference';
  const withoutData = has('template') && !has('dataset') && !TRAINING.slice(0, 7).some(has);
  return withoutData && (has('adapter_name_or_path') || !TRAINING.some(has)) ? 'inference' : 'training';
}

function exportsBelow(root: MapNode): boolean {
  const peft = root.entries.find((e) => e.key === 'peft_config')?.value;
  return peft?.kind === 'map' && peft.entries.some((e) => e.key === 'export_dir');
}

/** Files for USE_V1=1 name the model `model` and nest their plugins. */
export function isSecondGeneration(root: MapNode): boolean {
  const has = (key: string): boolean => root.entries.some((e) => e.key === key);
  return (
    has('model') &&
    !has('model_name_or_path') &&
    ['model_class', 'dist_config', 'peft_config', 'kernel_config', 'train_dataset', 'sample_backend'].some(has)
  );
}
