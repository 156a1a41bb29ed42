// The stage, in the run's words, and what it compares with.

import type { MethodKind, Reference, Stage } from '../../memory/run.ts';
import type { Sheet } from '../sheet.ts';
import { oneOf, text } from '../value-parsers.ts';

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

const COMPARES: ReadonlySet<Stage> = new Set(['dpo', 'ipo', 'kto', 'ppo']);

/** train/trainer_utils.py v0.9.5, create_ref_model: a model of its own unless adapters can be turned off. */
export function readReference({ keys, log, assumed }: Sheet, stage: Stage, method: MethodKind): Reference {
  if (!COMPARES.has(stage)) return 'none';
  const named = keys.find('ref_model', text);
  if (named) {
    assumed.push({ field: 'reference', value: named.value, why: 'reference-like-model' });
    return log.set('reference', { value: 'model', origin: named.origin });
  }
  return log.infer('reference', method === 'lora' ? 'adapter-off' : 'model', 'reference-by-method');
}
