// Mistral 7B, Nemo, Small: Llama with a window. The class default of the window is 4096; the files of v0.2 on say null.

import { attentionDims, denseFields, denseLayer, uniform } from './decoder.ts';
import { defineFamily } from './family.ts';
import { sizeOr, windowOr } from './fields.ts';

export const mistral = defineFamily(
  ['mistral', 'ministral'],
  () => ({ ...denseFields(false), num_key_value_heads: sizeOr(8), sliding_window: windowOr(4096) }),
  (c) => {
    const attention = attentionDims(c, c.sliding_window ?? undefined);
    return uniform(c, denseLayer(c.hidden_size, { attention, inner: c.intermediate_size }), { program: 'llama' });
  },
);
