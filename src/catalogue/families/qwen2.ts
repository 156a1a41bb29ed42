// Qwen 1.5, 2, 2.5, QwQ, R1-Distill-Qwen: Llama with biases on q, k and v, whatever the file says.

import { attentionDims, decoder, denseFields, denseLayer, slidingFields } from './decoder.ts';
import { defineFamily } from './family.ts';
import { layersOf, usedKinds } from './weights.ts';

export const qwen2 = defineFamily(['qwen2'], { ...denseFields(false), ...slidingFields }, (c) => {
  const layer = (window?: number) =>
    denseLayer(c.hidden_size, { attention: attentionDims(c, window), inner: c.intermediate_size, qkvBias: true });
  // The files carry a window that `use_sliding_window` switches off; on, it begins at layer max_window_layers.
  const first = c.use_sliding_window && c.sliding_window ? (c.max_window_layers ?? 28) : Number.POSITIVE_INFINITY;
  const used = usedKinds(
    [layer(), layer(c.sliding_window)],
    layersOf(c.num_hidden_layers, (i) => (i >= first ? 1 : 0)),
  );
  return decoder(c, used.kinds, used.layers, { program: 'llama' });
});
