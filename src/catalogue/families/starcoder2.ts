// StarCoder2: LayerNorm, biases everywhere, an MLP without a gate. The class ties; the 15B file does not.

import { attentionDims, denseFields, uniform } from './decoder.ts';
import { defineFamily } from './family.ts';
import { flag, optionalTokens, sizeOr } from './fields.ts';
import { attentionWeights, layerNorm, linear } from './weights.ts';

export const starcoder2 = defineFamily(
  ['starcoder2'],
  () => ({
    ...denseFields(true),
    num_key_value_heads: sizeOr(2),
    use_bias: flag(true),
    sliding_window: optionalTokens(),
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
    return uniform(c, { weights, attention, inner: c.intermediate_size }, { above: layerNorm('norm', h) });
  },
);
