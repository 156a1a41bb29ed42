// Which attention kernel runs.

import type { Attention } from '../../memory/run.ts';
import type { SourceNode } from '../../yaml/source-doc.ts';
import { defaultAttention } from '../hugging-face/default-attention.ts';
import type { NamedModel } from '../model-reference.ts';
import type { Sheet } from '../sheet.ts';
import { boolean, text } from '../value-parsers.ts';

const KERNELS: Readonly<Record<string, Attention>> = {
  sdpa: 'sdpa',
  eager: 'eager',
  flash_attention_2: 'flash',
  flash_attention_3: 'flash',
  flash_attention_4: 'flash',
  flex_attention: 'flex',
};
/** Kernels of the Hub (`kernels-community/flash-attn3`) are flash kernels too. */
const ATTENTION = {
  expected: Object.keys(KERNELS).join(', '),
  parse: (node: SourceNode): Attention | undefined => {
    const word = text.parse(node)?.toLowerCase() ?? '';
    if (Object.hasOwn(KERNELS, word)) return KERNELS[word];
    return /^[\w-]+\/.*flash/.test(word) ? 'flash' : undefined;
  },
};

export function readAttention(sheet: Sheet, model: NamedModel | null): Attention {
  const { keys, log } = sheet;
  const inner = keys.below('model_init_kwargs');
  const asked = inner?.find('attn_implementation', ATTENTION) ?? keys.find('attn_implementation', ATTENTION);
  if (asked) return log.set('attention', asked);
  const flash = keys.get('use_flash_attention_2', boolean);
  if (flash.value) return log.set('attention', { value: 'flash', origin: flash.origin });
  return defaultAttention(sheet, model);
}
