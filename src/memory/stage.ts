// What a run trains for, and what a stage needs beside the trained model: something to compare with, completions to learn from.

import type { Batch, MethodKind } from './run.ts';

export type Stage =
  | 'pretrain'
  | 'sft'
  | 'classification'
  | 'reward'
  | 'dpo'
  | 'ipo'
  | 'kto'
  | 'orpo'
  | 'simpo'
  | 'ppo'
  | 'grpo'
  | 'distillation';

/**
 * Where the log-probabilities come from that a preference or reinforcement stage compares with: a second model, the same one
 * with its adapters off, a pass before training, or nowhere.
 */
export type Reference = 'model' | 'adapter-off' | 'precomputed' | 'none';

/** Completions written during training. */
export interface Rollout {
  /** Who writes them: nobody, the trained model itself, vLLM on the same card, or a server elsewhere. */
  readonly engine: 'none' | 'transformers' | 'vllm' | 'server';
  /** Written after each prompt; with the prompt they make `batch.sequence`. */
  readonly completionTokens: number;
  /** Written at once on one GPU. */
  readonly rows: number;
  /** vLLM's part of the card's memory, and whether it gives it back while the model is trained. */
  readonly share: number;
  readonly sleeps: boolean;
}

/** Stages that compare with a reference unless told otherwise, and stages that write completions. */
const COMPARES: ReadonlySet<Stage> = new Set(['dpo', 'ipo', 'kto', 'ppo', 'grpo']);
const WRITES: ReadonlySet<Stage> = new Set(['ppo', 'grpo']);

export function defaultReference(stage: Stage, method: MethodKind): Reference {
  if (!COMPARES.has(stage)) return 'none';
  return method === 'lora' ? 'adapter-off' : 'model';
}

/** Half of the row is written; vLLM's share is TRL's default (trl/trainer/grpo_config.py 1.16). */
export const defaultRollout = (stage: Stage, { micro, accumulation, sequence }: Batch): Rollout => ({
  engine: WRITES.has(stage) ? 'transformers' : 'none',
  completionTokens: Math.ceil(sequence / 2),
  rows: micro * accumulation,
  share: 0.3,
  sleeps: false,
});
