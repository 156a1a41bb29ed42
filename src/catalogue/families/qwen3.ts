// Qwen3: Llama with a norm on every head's queries and keys; heads x head_dim is often not hidden_size.

import { attentionDims, decoder, denseFields, denseLayer, slidingFields } from './decoder.ts';
import { defineFamily } from './family.ts';
import { flag, sizeOr } from './fields.ts';
import { headNorms, layersOf, usedKinds } from './weights.ts';

export const qwen3 = defineFamily(
  ['qwen3'],
  { ...denseFields(false), ...slidingFields, head_dim: sizeOr(128), attention_bias: flag(false) },
  (c) => {
    const layer = (window?: number) =>
      denseLayer(c.hidden_size, {
        attention: attentionDims(c, window),
        inner: c.intermediate_size,
        qkvBias: c.attention_bias,
        oBias: c.attention_bias,
        headNorms: headNorms(c.head_dim, c.head_dim),
      });
    const first = c.use_sliding_window && c.sliding_window ? (c.max_window_layers ?? 28) : Number.POSITIVE_INFINITY;
    const used = usedKinds(
      [layer(), layer(c.sliding_window)],
      layersOf(c.num_hidden_layers, (i) => (i >= first ? 1 : 0)),
    );
    return decoder(c, used.kinds, used.layers, { program: 'llama' });
  },
);
