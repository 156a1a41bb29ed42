// GPT-NeoX: Pythia, Dolly 2, StableLM alpha. The vocabulary of the files is padded already.

import { attentionDims, denseFields, uniform } from './decoder.ts';
import { defineFamily } from './family.ts';
import { flag } from './fields.ts';
import { layerNorm, linear, table } from './weights.ts';

export const gptNeox = defineFamily(
  ['gpt_neox'],
  () => ({ ...denseFields(false), attention_bias: flag(true) }),
  (c) => {
    const attention = attentionDims(c);
    const h = c.hidden_size;
    const weights = [
      ...layerNorm('input_layernorm', h),
      ...layerNorm('post_attention_layernorm', h),
      linear('attention.query_key_value', 3 * h, h, c.attention_bias),
      linear('attention.dense', h, h, c.attention_bias),
      linear('mlp.dense_h_to_4h', c.intermediate_size, h, true),
      linear('mlp.dense_4h_to_h', h, c.intermediate_size, true),
    ];
    return uniform(
      c,
      { weights, attention, inner: c.intermediate_size },
      { below: [table('embed_in', c.vocab_size, h)], above: layerNorm('final_layer_norm', h) },
    );
  },
);
