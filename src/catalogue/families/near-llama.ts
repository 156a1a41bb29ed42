// Families whose layers hold what Llama's do and differ in defaults alone: SmolLM3, Granite, Seed-OSS, MiniCPM 1, StableLM.
// No block program: scaling factors, layers without rotary positions and the like change what a step keeps.

import { attentionDims, denseFields, denseLayer, uniform } from './decoder.ts';
import { defineFamily } from './family.ts';
import { flag, sizeOr } from './fields.ts';
import { layerNorm } from './weights.ts';

export const smollm3 = defineFamily(
  ['smollm3'],
  { ...denseFields(true), num_key_value_heads: sizeOr(4), attention_bias: flag(false), mlp_bias: flag(false) },
  (c) =>
    uniform(
      c,
      denseLayer(c.hidden_size, {
        attention: attentionDims(c),
        inner: c.intermediate_size,
        qkvBias: c.attention_bias,
        oBias: c.attention_bias,
        mlpBias: c.mlp_bias,
      }),
    ),
);

export const granite = defineFamily(
  ['granite'],
  { ...denseFields(false), attention_bias: flag(false), mlp_bias: flag(false) },
  (c) =>
    uniform(
      c,
      denseLayer(c.hidden_size, {
        attention: attentionDims(c),
        inner: c.intermediate_size,
        qkvBias: c.attention_bias,
        oBias: c.attention_bias,
        mlpBias: c.mlp_bias,
      }),
    ),
);

export const seedOss = defineFamily(
  ['seed_oss'],
  { ...denseFields(false), attention_bias: flag(true), attention_out_bias: flag(false), mlp_bias: flag(false) },
  (c) =>
    uniform(
      c,
      denseLayer(c.hidden_size, {
        attention: attentionDims(c),
        inner: c.intermediate_size,
        qkvBias: c.attention_bias,
        oBias: c.attention_out_bias,
        mlpBias: c.mlp_bias,
      }),
    ),
);

export const minicpm = defineFamily(['minicpm'], { ...denseFields(true), attention_bias: flag(false) }, (c) =>
  uniform(
    c,
    denseLayer(c.hidden_size, {
      attention: attentionDims(c),
      inner: c.intermediate_size,
      qkvBias: c.attention_bias,
      oBias: c.attention_bias,
    }),
  ),
);

/** StableLM 3B and 2: LayerNorm instead of RMSNorm. */
export const stablelm = defineFamily(['stablelm'], { ...denseFields(false), use_qkv_bias: flag(false) }, (c) => {
  const norms = [
    ...layerNorm('input_layernorm', c.hidden_size),
    ...layerNorm('post_attention_layernorm', c.hidden_size),
  ];
  const attention = attentionDims(c);
  const layer = denseLayer(c.hidden_size, { attention, inner: c.intermediate_size, qkvBias: c.use_qkv_bias, norms });
  return uniform(c, layer, { above: layerNorm('norm', c.hidden_size) });
});
