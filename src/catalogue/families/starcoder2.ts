// StarCoder2: LayerNorm, biases everywhere, an MLP without a gate. The class ties; the 15B file does not.

import { attentionDims, denseFields, uniform } from './decoder.ts';
import { defineFamily } from './family.ts';
import { flag, nameOr, optionalTokens, rateOr, sizeOr } from './fields.ts';
import { attentionWeights, layerNorm, linear } from './weights.ts';

export const starcoder2 = defineFamily(
  ['starcoder2'],
  () => ({
    ...denseFields(true),
    num_key_value_heads: sizeOr(2),
    use_bias: flag(true),
    sliding_window: optionalTokens(),
    hidden_act: nameOr('gelu_pytorch_tanh'),
    attention_dropout: rateOr(0),
    residual_dropout: rateOr(0),
    embedding_dropout: rateOr(0),
  }),
  (c) => {
    const attention = attentionDims(c, c.sliding_window);
    const h = c.hidden_size;
    const weights = [
      ...attentionWeights(h, attention, { qkv: c.use_bias, o: c.use_bias }),
      linear('mlp.c_fc', c.intermediate_size, h, c.use_bias),
      linear('mlp.c_proj', h, c.intermediate_size, c.use_bias),
      ...layerNorm('input_layernorm', h),
      ...layerNorm('post_attention_layernorm', h),
    ];
    return uniform(
      c,
      { weights, attention, inner: c.intermediate_size },
      {
        above: layerNorm('norm', h),
        ...(c.embedding_dropout === 0 && { program: 'starcoder2' as const }),
        traits: {
          norm: 'layer',
          activation: c.hidden_act,
          dropout: { embedding: false, attention: c.attention_dropout > 0, residual: c.residual_dropout > 0 },
        },
      },
    );
  },
);
