// Qwen 1.5, 2, 2.5, QwQ, R1-Distill-Qwen: Llama with biases on q, k and v, whatever the file says.

import { attentionDims, denseFields, denseLayer, mixed, qwenKindAt, qwenWindowFields } from './decoder.ts';
import { defineFamily } from './family.ts';

export const qwen2 = defineFamily(
  ['qwen2'],
  () => ({ ...denseFields(false), ...qwenWindowFields() }),
  (c) => {
    const layer = (window?: number) =>
      denseLayer(c.hidden_size, { attention: attentionDims(c, window), inner: c.intermediate_size, qkvBias: true });
    return mixed(c, [layer(), layer(c.sliding_window)], qwenKindAt(c), { program: 'llama' });
  },
);
