// GPT-NeoX: Pythia, Dolly 2, StableLM alpha. The vocabulary of the files is padded already.

import { attentionDims, denseFields, uniform } from './decoder.ts';
import { defineFamily } from './family.ts';
import { flag, nameOr, rateOr } from './fields.ts';
import { rotaryFields, rotaryShare } from './rotary-share.ts';
import { layerNorm, linear, table } from './weights.ts';

export const gptNeox = defineFamily(
  ['gpt_neox'],
  () => ({
    ...denseFields(false),
    attention_bias: flag(true),
    use_parallel_residual: flag(true),
    hidden_act: nameOr('gelu'),
    rotary_pct: rateOr(0.25),
    ...rotaryFields(),
    attention_dropout: rateOr(0),
    hidden_dropout: rateOr(0),
  }),
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
      {
        below: [table('embed_in', c.vocab_size, h)],
        above: layerNorm('final_layer_norm', h),
        // Dropout on the embedding too: none of the published files has it.
        ...(c.hidden_dropout === 0 && { program: 'gpt-neox' as const }),
        traits: {
          norm: 'layer',
          activation: c.hidden_act,
          parallel: c.use_parallel_residual,
          rotary: 'joined-late',
          rotaryShare: rotaryShare(c, attention.headDim, c.rotary_pct),
          dropout: { embedding: false, attention: c.attention_dropout > 0, residual: false },
        },
      },
    );
  },
);
