// What MiniMind's scripts differ in (trainer/train_*.py, d65ef2c0): the stage, and the defaults of three arguments.

import type { Stage } from '../../memory/run.ts';

export interface Script {
  readonly stage: Stage;
  readonly lora: boolean;
  /** Keys whose default is the script's own. */
  readonly defaults: Readonly<Record<'batch_size' | 'accumulation_steps' | 'max_seq_len', number>>;
  /** The data set gives a row without its last token (dataset/lm_dataset.py: DPODataset). */
  readonly shifted: boolean;
  /** No other project is known to have a script of this name. */
  readonly certain: boolean;
}

const script = (stage: Stage, batch_size: number, accumulation_steps: number, max_seq_len: number): Script => ({
  stage,
  lora: false,
  shifted: false,
  defaults: { batch_size, accumulation_steps, max_seq_len },
  certain: false,
});

export const SCRIPTS: ReadonlyMap<string, Script> = new Map([
  ['train_pretrain.py', { ...script('pretrain', 32, 8, 340), certain: true }],
  ['train_full_sft.py', { ...script('sft', 16, 1, 768), certain: true }],
  ['train_lora.py', { ...script('sft', 32, 1, 340), lora: true }],
  ['train_dpo.py', { ...script('dpo', 4, 1, 1024), shifted: true }],
  ['train_ppo.py', script('ppo', 2, 1, 768)],
  ['train_grpo.py', script('grpo', 2, 1, 768)],
]);
