// Keys that do nothing in this file, and keys whose training the replay has no program for.

import type { Method } from '../../memory/run.ts';
import { type Idle, noteIdleKeys, noteUnknownKeys } from '../key-effects.ts';
import type { KeyReader } from '../key-reader.ts';
import type { RunField } from '../reading.ts';
import type { Sheet } from '../sheet.ts';
import { boolean } from '../value-parsers.ts';
import { knownKeys } from './keys/keys.ts';
import { CUT, hasPlugin, LIGER, noteTrainers } from './plugins.ts';

/** Written, and not switched off: `load_in_8bit: false` and `unfrozen_parameters: []` are in many files. */
function isOn(file: KeyReader, key: string): boolean {
  const node = file.has(key) ? file.entry(key)?.value : undefined;
  if (!node) return false;
  return node.kind === 'seq' ? node.items.length > 0 : boolean.parse(node) !== false;
}

type Row = Idle<Method['kind']>;
/** One row a key, so that only those are told that are on. */
const rowsWhere = (keys: readonly string[], row: Omit<Row, 'keys'>): readonly Row[] =>
  keys.map((key) => ({ ...row, keys: [key], when: (file, method) => isOn(file, key) && row.when(file, method) }));
const lacks = (plugin: string) => (file: KeyReader) => !hasPlugin({ keys: file }, plugin);

const IDLE: readonly Row[] = [
  ...rowsWhere(['lora_r', 'lora_target_linear', 'lora_target_modules', 'lora_modules_to_save', 'peft_use_dora'], {
    why: 'only-with-adapters',
    instead: 'adapter',
    when: (_, method) => method === 'full',
  }),
  ...rowsWhere(['activation_offloading', 'gradient_checkpointing_kwargs'], {
    why: 'checkpointing-disabled',
    instead: 'gradient_checkpointing',
    when: (file) => !isOn(file, 'gradient_checkpointing') && !isOn(file, 'fsdp_config'),
  }),
  ...rowsWhere(
    [
      'liger_fused_linear_cross_entropy',
      'liger_cross_entropy',
      'liger_rms_norm',
      'liger_rope',
      'liger_glu_activation',
      'liger_swiglu',
      'liger_layer_norm',
    ],
    { why: 'needs-liger-plugin', instead: 'plugins', when: lacks(LIGER) },
  ),
  ...rowsWhere(['cut_cross_entropy'], { why: 'needs-cut-plugin', instead: 'plugins', when: lacks(CUT) }),
  ...rowsWhere(['batch_size'], {
    why: 'accumulation-has-own-key',
    instead: 'gradient_accumulation_steps',
    when: () => true,
  }),
];

const UNMODELLED: readonly (readonly [key: string, field: RunField])[] = [
  ['unfrozen_parameters', 'method.kind'],
  ['lora_target_parameters', 'method.targets'],
  ['peft_layers_to_transform', 'method.targets'],
  ['lora_rank_pattern', 'method.rank'],
  ['quantize_moe_experts', 'weights.quantization'],
  ['qat', 'weights.linear'],
  ['use_onebitllms', 'weights.linear'],
  ['selective_checkpointing', 'checkpointing.kind'],
  ['layer_offloading', 'parallel.offload'],
  ['use_eaft', 'loss.form'],
  ['kd_trainer', 'stage'],
];

/** Reads nothing: call it after the values have been read. */
export function noteEffects(sheet: Sheet, method: Method['kind']): void {
  const { keys } = sheet;
  for (const [key, field] of UNMODELLED) if (isOn(keys, key)) keys.note('unsupported', key, { field, value: key });
  noteTrainers(sheet);
  noteIdleKeys(keys, IDLE, method);
  noteUnknownKeys(keys, knownKeys);
}
