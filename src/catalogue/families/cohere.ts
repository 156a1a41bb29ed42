// Command R and R7B: attention and MLP in parallel behind one norm, one very large tied table.

import type { BlockTraits } from '../../memory/shape.ts';
import { attentionDims, denseFields, denseLayer, layerTypes, mixed, slides, uniform } from './decoder.ts';
import { defineFamily } from './family.ts';
import { flag, sizeOr, windowOr } from './fields.ts';
import { norm } from './weights.ts';

const traits: BlockTraits = {
  norm: 'layer-python',
  rotary: 'in-fp32',
  lateHeadNorms: true,
  scales: { logits: true },
};

const fields = () => ({ ...denseFields(true), attention_bias: flag(false), layer_types: layerTypes() });

export const cohere = defineFamily(
  ['cohere'],
  () => ({ ...fields(), use_qk_norm: flag(false) }),
  (c) => {
    const attention = attentionDims(c);
    const { heads, kvHeads, headDim } = attention;
    const layer = denseLayer(c.hidden_size, {
      attention,
      inner: c.intermediate_size,
      qkvBias: c.attention_bias,
      oBias: c.attention_bias,
      // Command R+ norms each head with weights of its own.
      headNorms: c.use_qk_norm
        ? [norm('self_attn.q_norm', heads * headDim), norm('self_attn.k_norm', kvHeads * headDim)]
        : [],
      norms: [norm('input_layernorm', c.hidden_size)],
    });
    return uniform(c, layer, { program: 'parallel', traits });
  },
);

export const cohere2 = defineFamily(
  ['cohere2'],
  () => ({ ...fields(), sliding_window: windowOr(4096), sliding_window_pattern: sizeOr(4) }),
  (c) => {
    // Layers that see everything have no positions.
    const layer = (window?: number) =>
      denseLayer(c.hidden_size, {
        attention: { ...attentionDims(c, window), ...(window === undefined && { unrotated: true }) },
        inner: c.intermediate_size,
        qkvBias: c.attention_bias,
        oBias: c.attention_bias,
        norms: [norm('input_layernorm', c.hidden_size)],
      });
    const window = c.sliding_window ?? undefined;
    const rule = (i: number) => (i + 1) % c.sliding_window_pattern !== 0;
    return mixed(c, [layer(), layer(window)], (i) => (window && slides(c.layer_types, i, rule) ? 1 : 0), {
      program: 'parallel',
      traits,
    });
  },
);
