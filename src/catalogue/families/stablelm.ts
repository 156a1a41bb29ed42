// StableLM 3B and 2: LayerNorm instead of RMSNorm, a part of each head turned; the 12B has one norm for both branches.

import { attentionDims, denseFields, denseLayer, uniform } from './decoder.ts';
import { defineFamily } from './family.ts';
import { flag } from './fields.ts';
import { rotaryFields, rotaryShare } from './rotary-share.ts';
import { layerNorm, norm } from './weights.ts';

export const stablelm = defineFamily(
  ['stablelm'],
  () => ({
    ...denseFields(false),
    ...rotaryFields(),
    use_qkv_bias: flag(false),
    use_parallel_residual: flag(false),
    qk_layernorm: flag(false),
  }),
  (c) => {
    const names = c.use_parallel_residual ? ['input_layernorm'] : ['input_layernorm', 'post_attention_layernorm'];
    const attention = attentionDims(c);
    const { heads, kvHeads, headDim } = attention;
    // A LayerNorm for each head, a module each.
    const headNorms = c.qk_layernorm
      ? [norm('self_attn.q_layernorm', heads * headDim), norm('self_attn.k_layernorm', kvHeads * headDim)]
      : [];
    const layer = denseLayer(c.hidden_size, {
      attention,
      inner: c.intermediate_size,
      qkvBias: c.use_qkv_bias,
      headNorms,
      norms: names.flatMap((name) => layerNorm(name, c.hidden_size)),
    });
    const share = rotaryShare(c, headDim, 0.25);
    return uniform(c, layer, {
      above: layerNorm('norm', c.hidden_size),
      traits: { norm: 'layer', rotary: 'joined-outside', rotaryShare: share },
      ...(!c.qk_layernorm && { program: c.use_parallel_residual ? 'parallel' : 'stablelm' }),
    });
  },
);
