// What kind of training: `rl`, a reward model, raw text, or supervised tuning.

import type { Stage } from '../../memory/run.ts';
import type { Sheet } from '../sheet.ts';
import { boolean, oneOf } from '../value-parsers.ts';

const RL = oneOf<Stage>({
  dpo: 'dpo',
  ipo: 'ipo',
  kto: 'kto',
  orpo: 'orpo',
  simpo: 'simpo',
  grpo: 'grpo',
  gdpo: 'grpo',
  // Samples completions like GRPO, and scores them by features of a frozen copy.
  ebft: 'grpo',
});

export function readStage({ keys, log }: Sheet): Stage {
  const rl = keys.find('rl', RL);
  if (rl) return log.set('stage', rl);
  for (const [key, stage] of [
    ['reward_model', 'reward'],
    ['process_reward_model', 'classification'],
  ] as const) {
    const asked = keys.get(key, boolean);
    if (asked.value) return log.set<Stage>('stage', { value: stage, origin: asked.origin });
  }
  return log.infer('stage', keys.has('pretraining_dataset') ? 'pretrain' : 'sft', 'stage-by-data');
}
