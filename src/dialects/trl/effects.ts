// Keys that do nothing in this file: what a reader of the file should be told.

import type { Method } from '../../memory/run.ts';
import { type Idle, noteIdleKeys, noteUnknownKeys } from '../key-effects.ts';
import type { KeyReader } from '../key-reader.ts';
import { boolean } from '../value-parsers.ts';
import { knownKeys } from './keys/keys.ts';

const off = (file: KeyReader, key: string): boolean => !file.get(key, boolean).value;

const IDLE: readonly Idle<Method['kind']>[] = [
  {
    keys: [
      'lora_r',
      'lora_alpha',
      'lora_dropout',
      'lora_target_modules',
      'lora_modules_to_save',
      'use_dora',
      'use_rslora',
    ],
    why: 'only-with-peft',
    instead: 'use_peft',
    when: (_, method) => method !== 'lora',
  },
  {
    keys: ['bnb_4bit_quant_type', 'use_bnb_nested_quant'],
    why: 'only-with-quantization',
    instead: 'load_in_4bit',
    when: (file) => off(file, 'load_in_4bit'),
  },
  { keys: ['packing_strategy'], why: 'only-with-packing', instead: 'packing', when: (file) => off(file, 'packing') },
];

/** Reads nothing: call it after the values have been read. */
export const noteEffects = (file: KeyReader, method: Method['kind']): void => {
  noteIdleKeys(file, IDLE, method);
  noteUnknownKeys(file, knownKeys);
};
