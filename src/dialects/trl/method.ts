// What is trained: everything, or LoRA adapters as PEFT makes them.
// Source: trl/trainer/utils.py (get_peft_config) and sft_trainer.py, 1.16.0; peft 0.21.2.

import type { Dtype, Method, Quantization } from '../../memory/run.ts';
import { peftTargetsOf } from '../hugging-face/peft-targets.ts';
import { namesOfPattern } from '../hugging-face/target-pattern.ts';
import type { NamedModel } from '../model-reference.ts';
import type { Sheet } from '../sheet.ts';
import { boolean, decimal, integer, names } from '../value-parsers.ts';
import { olderThan } from '../versions.ts';
import type { Release } from './release.ts';

export type ReadMethod = Partial<Method> & Pick<Method, 'kind'>;

export function readMethod(sheet: Sheet, model: NamedModel | null): ReadMethod {
  const { keys, log } = sheet;
  const peft = keys.get('use_peft', boolean);
  const kind = log.set('method.kind', {
    value: peft.value ? ('lora' as const) : ('full' as const),
    origin: peft.origin,
  });
  // Spectrum trains the layers that its file lists; which, the recipe does not say.
  keys.note('unsupported', 'spectrum_config_path', { field: 'method.kind', value: 'spectrum' });
  if (kind === 'full') return { kind };
  keys.note('unsupported', 'lora_target_parameters', { field: 'method.targets', value: 'lora_target_parameters' });
  const saved = log.setIf('method.modulesToSave', keys.find('lora_modules_to_save', names));
  return {
    kind,
    rank: log.set('method.rank', keys.get('lora_r', integer(1, 65_536))),
    targets: targetsOf(sheet, model),
    dropout: log.set('method.dropout', keys.get('lora_dropout', decimal(0, 1))),
    dora: log.set('method.dora', keys.get('use_dora', boolean)),
    rslora: log.set('method.rslora', keys.get('use_rslora', boolean)),
    ...(saved ? { modulesToSave: saved } : {}),
  };
}

function targetsOf({ keys, log }: Sheet, model: NamedModel | null): Method['targets'] {
  const asked = keys.find('lora_target_modules', names);
  if (!asked || asked.value.length === 0)
    return log.infer('method.targets', peftTargetsOf(model), 'peft-targets', log.fields.get('model')?.origin);
  const { value: listed, origin } = asked;
  const [only] = listed;
  if (only === 'all-linear' && listed.length === 1) return log.set('method.targets', { value: 'all-linear', origin });
  // PEFT reads one string as a pattern over whole paths, and a list as the ends of them.
  const pattern = listed.length === 1 && keys.entry('lora_target_modules')?.value.kind === 'scalar';
  const found = pattern ? namesOfPattern(only ?? '') : listed;
  if (!found) keys.note('unsupported', 'lora_target_modules', { field: 'method.targets', value: only ?? '' });
  return log.set<Method['targets']>('method.targets', { value: found ?? 'all-linear', origin });
}

/** fp32 by PEFT; on a packed model TRL casts them since 0.26, and DeepSpeed's engine casts everything. */
export function adapterType(
  { log }: Sheet,
  release: Release,
  quantization: Quantization | undefined,
  engine: Dtype | null,
): Dtype {
  if (engine) return log.infer('method.adapterDtype', engine, 'deepspeed-casts');
  if (quantization !== 'none' && quantization !== undefined && !olderThan(release.trl, '0.26'))
    return log.infer('method.adapterDtype', 'bf16', 'trl-bf16-adapters');
  return log.infer('method.adapterDtype', 'fp32', 'peft-fp32-adapters');
}
