// OLMo 1 (its LayerNorms have no weights), 2 and 3 (norms over all queries and all keys, and after each block).

import type { BlockTraits } from '../../memory/shape.ts';
import { attentionDims, denseFields, denseLayer, layerTypes, mixed, slides, uniform } from './decoder.ts';
import { defineFamily } from './family.ts';
import { factorOr, flag, optionalTokens } from './fields.ts';
import { headNorms, norm } from './weights.ts';

export const olmo = defineFamily(
  ['olmo'],
  () => ({ ...denseFields(false), attention_bias: flag(false), clip_qkv: factorOr(null) }),
  (c) => {
    const layer = denseLayer(c.hidden_size, {
      attention: attentionDims(c),
      inner: c.intermediate_size,
      qkvBias: c.attention_bias,
      oBias: c.attention_bias,
      norms: [],
    });
    const clampsProjections = (c.clip_qkv ?? null) !== null;
    const traits = { norm: 'layer-bare', rotary: 'cast-back', rotaryInFp32: true, clampsProjections } as const;
    return uniform(c, layer, { above: [], traits, program: 'llama' });
  },
);

/** OLMo 3 makes rotary tables for each kind of layer. */
const traits = (slidingRotary: boolean): BlockTraits => ({
  norm: 'rms-cast-last',
  rotary: 'cast-back',
  rotaryInFp32: true,
  wideHeadNorms: true,
  slidingRotary,
});

export const olmo2 = defineFamily(
  ['olmo2', 'olmo3'],
  () => ({
    ...denseFields(false),
    attention_bias: flag(false),
    sliding_window: optionalTokens(),
    layer_types: layerTypes(),
  }),
  (c) => {
    const layer = (window?: number) => {
      const attention = attentionDims(c, window);
      return denseLayer(c.hidden_size, {
        attention,
        inner: c.intermediate_size,
        qkvBias: c.attention_bias,
        oBias: c.attention_bias,
        headNorms: headNorms(attention.heads * attention.headDim, attention.kvHeads * attention.headDim),
        norms: [norm('post_attention_layernorm', c.hidden_size), norm('post_feedforward_layernorm', c.hidden_size)],
      });
    };
    // OLMo 3 slides in three layers of four; OLMo 2 has no window.
    const rule = (i: number) => (i + 1) % 4 !== 0;
    return mixed(
      c,
      [layer(), layer(c.sliding_window)],
      (i) => (c.sliding_window && slides(c.layer_types, i, rule) ? 1 : 0),
      { program: 'post-norm', traits: traits(c.sliding_window !== undefined) },
    );
  },
);
