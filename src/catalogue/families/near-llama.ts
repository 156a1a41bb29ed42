// Families whose layers hold what Llama's do and differ in the defaults of the class: SmolLM3, Granite, MiniCPM 1, Seed-OSS,
// StableLM. No block program: scaling factors, layers without rotary positions and the like change what a step keeps.

import { attentionDims, denseFields, denseLayer, uniform } from './decoder.ts';
import { defineFamily } from './family.ts';
import { flag, sizeOr } from './fields.ts';
import { llamaConfig, llamaLayer } from './llama.ts';
import { layerNorm } from './weights.ts';

const tied = () => ({ tie_word_embeddings: flag(true) });

export const granite = defineFamily(
  ['granite'],
  () => llamaConfig().shape,
  (c) => uniform(c, llamaLayer(c)),
);
export const minicpm = defineFamily(
  ['minicpm'],
  () => ({ ...llamaConfig().shape, ...tied() }),
  (c) => uniform(c, llamaLayer(c)),
);
export const smollm3 = defineFamily(
  ['smollm3'],
  () => ({ ...llamaConfig().shape, ...tied(), num_key_value_heads: sizeOr(4) }),
  (c) => uniform(c, llamaLayer(c)),
);

/** Biased where queries, keys and values are made, not where attention leaves. */
export const seedOss = defineFamily(
  ['seed_oss'],
  () => ({ ...llamaConfig().shape, attention_bias: flag(true), attention_out_bias: flag(false) }),
  (c) => {
    const attention = attentionDims(c);
    const { attention_bias: qkvBias, attention_out_bias: oBias, mlp_bias: mlpBias } = c;
    return uniform(c, denseLayer(c.hidden_size, { attention, inner: c.intermediate_size, qkvBias, oBias, mlpBias }));
  },
);

/** StableLM 3B and 2: LayerNorm instead of RMSNorm. */
export const stablelm = defineFamily(
  ['stablelm'],
  () => ({ ...denseFields(false), use_qkv_bias: flag(false) }),
  (c) => {
    const norms = ['input_layernorm', 'post_attention_layernorm'].flatMap((name) => layerNorm(name, c.hidden_size));
    const attention = attentionDims(c);
    const layer = denseLayer(c.hidden_size, { attention, inner: c.intermediate_size, qkvBias: c.use_qkv_bias, norms });
    return uniform(c, layer, { above: layerNorm('norm', c.hidden_size) });
  },
);
