// Keys that do nothing in this file, and keys that are probably slips: what a reader of the file should be told.

import type { Method } from '../../memory/run.ts';
import { type Idle, noteIdleKeys, noteUnknownKeys } from '../key-effects.ts';
import type { KeyReader } from '../key-reader.ts';
import { boolean } from '../value-parsers.ts';
import { knownKeys } from './keys/keys.ts';

const off = (file: KeyReader, key: string): boolean => !file.get(key, boolean).value;

const IDLE: readonly Idle<Method['kind']>[] = [
  {
    keys: ['lora_rank', 'lora_alpha', 'lora_dropout', 'lora_target', 'additional_target', 'loraplus_lr_ratio'],
    why: 'only-with-adapters',
    when: (_, method) => method !== 'lora' && method !== 'oft',
  },
  {
    keys: ['oft_rank', 'oft_block_size', 'module_dropout'],
    why: 'only-with-oft',
    when: (_, method) => method !== 'oft',
  },
  {
    keys: ['freeze_trainable_layers', 'freeze_trainable_modules', 'freeze_extra_modules'],
    why: 'only-with-freeze',
    when: (file, method) => method !== 'freeze' && off(file, 'use_llama_pro'),
  },
  {
    keys: ['quantization_type', 'double_quantization', 'quantization_method'],
    why: 'only-with-quantization',
    instead: 'quantization_bit',
    when: (file) => !file.has('quantization_bit'),
  },
  { keys: ['galore_rank', 'galore_layerwise'], why: 'only-with-galore', when: (file) => off(file, 'use_galore') },
  { keys: ['apollo_rank', 'apollo_layerwise'], why: 'only-with-apollo', when: (file) => off(file, 'use_apollo') },
  { keys: ['badam_mode'], why: 'only-with-badam', when: (file) => off(file, 'use_badam') },
  {
    keys: ['use_reentrant_gc', 'use_unsloth_gc'],
    why: 'checkpointing-disabled',
    when: (file) => !off(file, 'disable_gradient_checkpointing') && off(file, 'gradient_checkpointing'),
  },
];

/** Says which keys of the file have no effect. Reads nothing: call it after the values have been read. */
export const noteEffects = (file: KeyReader, method: Method['kind']): void => {
  noteIdleKeys(file, IDLE, method);
  noteUnknownKeys(file, knownKeys);
};
