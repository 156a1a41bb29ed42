// Which attention kernel runs.
// Source: src/axolotl/utils/schemas/enums.py and normalize_attn_implementation in utils/schemas/config.py, v0.18.0.

import type { Attention } from '../../memory/run.ts';
import { defaultAttention } from '../hugging-face/default-attention.ts';
import type { Read } from '../key-reader.ts';
import type { NamedModel } from '../model-reference.ts';
import type { Sheet } from '../sheet.ts';
import { boolean, text } from '../value-parsers.ts';

export interface ReadAttention {
  readonly attention: Attention;
  /** `attn_implementation` as axolotl sees it, the older switches turned into it; null: left to transformers. */
  readonly asked: string | null;
  /** The kernel takes 16 bits only (enums.py, ATTN_IMPLS_WITHOUT_DTYPE_CAST). */
  readonly needsHalf: boolean;
}

/** The older switches, in the order in which they win. */
const SWITCHES = [
  ['xformers_attention', 'xformers'],
  ['sage_attention', 'sage'],
  ['flex_attention', 'flex_attention'],
  ['flash_attention', 'flash_attention_2'],
  ['sdp_attention', 'sdpa'],
  ['eager_attention', 'eager'],
] as const;

const KERNELS: Readonly<Record<string, Attention>> = {
  eager: 'eager',
  sdpa: 'sdpa',
  flash_attention_2: 'flash',
  flash_attention_3: 'flash',
  flex_attention: 'flex',
};

export function readAttention(sheet: Sheet, model: NamedModel | null): ReadAttention {
  const { keys, log } = sheet;
  const asked = askedFor(sheet);
  if (!asked) return { attention: defaultAttention(sheet, model), asked: null, needsHalf: false };
  const kernel = KERNELS[asked.value] ?? (/flash-attn/.test(asked.value) ? 'flash' : undefined);
  if (!kernel) keys.note('unsupported', asked.key, { field: 'attention', value: asked.value });
  const needsHalf = asked.value !== 'eager' && asked.value !== 'sdpa';
  return {
    attention: log.set('attention', { value: kernel ?? 'sdpa', origin: asked.origin }),
    asked: asked.value,
    needsHalf,
  };
}

function askedFor({ keys }: Sheet): (Read<string> & { readonly key: string }) | undefined {
  const named = keys.find('attn_implementation', text);
  if (named) return { ...named, key: 'attn_implementation' };
  for (const [key, value] of SWITCHES) {
    const on = keys.get(key, boolean);
    if (on.value) return { value, origin: on.origin, key };
  }
  return undefined;
}
