// The stage, in the run's words.

import type { Stage } from '../../memory/run.ts';
import type { Sheet } from '../sheet.ts';
import { oneOf } from '../value-parsers.ts';

const STAGES = oneOf<Stage>(
  // `orpo` was a stage of its own before 0.8; it is a loss of stage dpo since.
  { pt: 'pretrain', sft: 'sft', rm: 'reward', ppo: 'ppo', dpo: 'dpo', kto: 'kto', orpo: 'orpo' },
  ['pt', 'sft', 'rm', 'ppo', 'dpo', 'kto'],
);
const PREFERENCE = oneOf<Stage>({
  sigmoid: 'dpo',
  hinge: 'dpo',
  kto_pair: 'dpo',
  ipo: 'ipo',
  orpo: 'orpo',
  simpo: 'simpo',
});

export function readStage({ keys, log }: Sheet): Stage {
  const stage = keys.get('stage', STAGES);
  if (stage.value !== 'dpo') return log.set('stage', stage);
  const loss = keys.get('pref_loss', PREFERENCE);
  return log.set('stage', { value: loss.value, origin: stage.origin });
}
