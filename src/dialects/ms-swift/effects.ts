// Keys that do nothing in this file, and keys whose training the replay has no program for.

import type { Method } from '../../memory/run.ts';
import { type Idle, noteIdleKeys, noteUnknownKeys } from '../key-effects.ts';
import type { RunField } from '../reading.ts';
import type { Sheet } from '../sheet.ts';
import { decimal } from '../value-parsers.ts';
import { knownKeys } from './keys/keys.ts';

const IDLE: readonly Idle<Method['kind']>[] = [
  {
    keys: ['lora_rank', 'lora_dropout', 'lora_dtype', 'target_modules', 'target_regex', 'modules_to_save', 'use_dora'],
    why: 'only-with-adapters',
    instead: 'tuner_type',
    when: (_, method) => method === 'full',
  },
  {
    keys: ['quant_bits'],
    why: 'only-with-quantization',
    instead: 'quant_method',
    when: (file) => !file.has('quant_method'),
  },
  { keys: ['galore_rank'], why: 'only-with-galore', when: (file) => !file.has('use_galore') && !file.has('optimizer') },
  { keys: ['optim'], why: 'optimizer-replaced', when: (file) => file.has('optimizer') },
];

const UNMODELLED: readonly (readonly [key: string, field: RunField])[] = [
  ['freeze_parameters', 'method.kind'],
  ['freeze_parameters_regex', 'method.kind'],
  ['target_parameters', 'method.targets'],
];

/** Reads nothing: call it after the values have been read. Megatron's arguments are another set of names. */
export function noteEffects({ keys }: Sheet, method: Method['kind'], megatron: boolean): void {
  for (const [key, field] of UNMODELLED) if (keys.has(key)) keys.note('unsupported', key, { field, value: key });
  // With `rlhf_type` it is the kind of that.
  if (!keys.has('rlhf_type')) keys.note('unsupported', 'loss_type', { field: 'loss.form', value: 'loss_type' });
  if (keys.get('freeze_parameters_ratio', decimal(0, 1)).value > 0)
    keys.note('unsupported', 'freeze_parameters_ratio', { field: 'method.kind', value: 'freeze_parameters_ratio' });
  noteIdleKeys(keys, IDLE, method);
  if (!megatron) noteUnknownKeys(keys, knownKeys);
}
