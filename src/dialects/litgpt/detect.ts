// Is this a LitGPT config, of which of its commands, and does it train?

import type { Entry, MapNode, SourceDoc } from '../../yaml/source-doc.ts';
import { type Claim, claimOf, cluesOf, has, type Words } from '../clues.ts';
import type { Detection } from '../dialect.ts';
import type { Reading } from '../reading.ts';
import { text } from '../value-parsers.ts';

const WORDS: Words = {
  own: cluesOf({
    checkpoint_dir: 0.2,
    initial_checkpoint_dir: 0.25,
    tokenizer_dir: 0.2,
    model_config: 0.1,
    lora_query: 0.3,
    lora_key: 0.3,
    lora_value: 0.3,
    lora_projection: 0.3,
    lora_mlp: 0.2,
    lora_head: 0.2,
    quantize: [0.4, 'bnb.nf4', 'bnb.nf4-dq', 'bnb.fp4', 'bnb.fp4-dq', 'bnb.int8-training'],
    logger_name: [0.15, 'csv', 'tensorboard', 'wandb', 'mlflow', 'litlogger'],
  }),
  shared: cluesOf({
    precision: [0.2, 'bf16-true', 'bf16-mixed', '16-true', '16-mixed', '32-true'],
    model_name: 0.05,
    out_dir: 0.1,
    devices: 0.1,
    num_nodes: 0.05,
    lora_r: 0.1,
    lora_alpha: 0.05,
    lora_dropout: 0.05,
    resume: 0.05,
  }),
  foreign: new Set([
    'base_model',
    'model_name_or_path',
    'pretrained_model_name_or_path',
    'model',
    'trainer',
    'tokenizer',
    'checkpointer',
    'compute_environment',
    'defaults',
    '_target_',
    '_component_',
    'apiVersion',
    'services',
    'jobs',
  ]),
};

/** The words below `train`: no other framework has them under that name with an underscore in each. */
const TRAIN_WORDS: ReadonlySet<string> = new Set([
  'micro_batch_size',
  'global_batch_size',
  'lr_warmup_steps',
  'max_seq_length',
  'tie_embeddings',
  'save_interval',
]);
const TRAIN_WEIGHT = 0.25;
const DATA_WEIGHT = 0.4;

export const detect = (doc: SourceDoc): Detection => ourClaim(doc) ?? { score: 0, reasons: [] };

export function ourClaim(doc: SourceDoc): Claim | null {
  const claim = claimOf(doc, WORDS);
  if (!claim) return null;
  const nested = claim.root.entries.filter((e) => weightOf(e) > 0);
  const score = nested.reduce((sum, e) => sum + weightOf(e), claim.score);
  const reasons = [...claim.reasons, ...nested.map((e) => ({ key: e.key, span: e.keySpan }))];
  return { root: claim.root, score: Math.min(1, score), reasons };
}

/** What a mapping below the top adds: `train` with LitGPT's words, `data` with one of its modules. */
function weightOf({ key, value }: Entry): number {
  if (value.kind !== 'map') return 0;
  if (key === 'train') return value.entries.some((e) => TRAIN_WORDS.has(e.key)) ? TRAIN_WEIGHT : 0;
  if (key !== 'data') return 0;
  const module = value.entries.find((e) => e.key === 'class_path');
  return module && text.parse(module.value)?.startsWith('litgpt.') ? DATA_WEIGHT : 0;
}

const GENERATES = ['prompt', 'num_samples', 'max_new_tokens', 'top_k', 'top_p', 'temperature', 'port'];

/** `litgpt generate`, `chat`, `serve` and `evaluate` take a checkpoint folder too. */
export function purposeOf(root: MapNode): Reading['purpose'] {
  if (has(root, 'tasks')) return 'evaluation';
  return GENERATES.some((key) => has(root, key)) && !has(root, 'train') ? 'inference' : 'training';
}
