// Keys that do nothing in this file, and keys that are probably slips: what a reader of the file should be told.

import type { Method } from '../../memory/run.ts';
import type { KeyReader } from '../key-reader.ts';
import { boolean } from '../value-parsers.ts';
import type { IdleWhy } from '../why.ts';
import { isKnownKey, knownKeys } from './keys/keys.ts';

interface Idle {
  readonly keys: readonly string[];
  readonly why: IdleWhy;
  readonly instead?: string;
  readonly when: (file: KeyReader, method: Method['kind']) => boolean;
}

const off = (file: KeyReader, key: string): boolean => !file.get(key, boolean).value;

const IDLE: readonly Idle[] = [
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
export function noteIdleKeys(file: KeyReader, method: Method['kind']): void {
  for (const { keys, why, instead, when } of IDLE) {
    if (!when(file, method)) continue;
    for (const key of keys) {
      if (file.has(key)) file.idle(key, why, instead);
    }
  }
}

/** Only near misses are told: forks of the framework have many keys of their own. */
export function noteUnknownKeys(file: KeyReader): void {
  for (const key of file.keys()) {
    if (key.length < 4 || isKnownKey(key)) continue;
    const suggestion = knownKeys.find(
      (known) => Math.abs(known.length - key.length) <= 2 && distance(key, known) <= (key.length < 8 ? 1 : 2),
    );
    if (suggestion !== undefined) file.note('unknown-key', key, { suggestion });
  }
}

/** Levenshtein. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
