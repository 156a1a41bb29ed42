// Llama 1 to 3.3, and everything saved under its name: Yi, DeepSeek-LLM, SmolLM2, TinyLlama, Vicuna, Falcon 3 …

import { attentionDims, denseFields, denseLayer, uniform } from './decoder.ts';
import { defineFamily } from './family.ts';
import { flag } from './fields.ts';

export const llama = defineFamily(
  ['llama'],
  { ...denseFields(false), attention_bias: flag(false), mlp_bias: flag(false) },
  (c) => {
    const layer = denseLayer(c.hidden_size, {
      attention: attentionDims(c),
      inner: c.intermediate_size,
      qkvBias: c.attention_bias,
      oBias: c.attention_bias,
      mlpBias: c.mlp_bias,
    });
    return uniform(c, layer, { program: 'llama' });
  },
);
