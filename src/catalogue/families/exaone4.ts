// EXAONE 4: OLMo 2's order of norms, a norm for each head; where windows are used, layers that see everything have no positions.

import { attentionDims, denseFields, denseLayer, layerTypes, mixed, slides } from './decoder.ts';
import { defineFamily } from './family.ts';
import { countOr, windowOr } from './fields.ts';
import { headNorms, norm } from './weights.ts';

export const exaone4 = defineFamily(
  ['exaone4'],
  () => ({
    ...denseFields(false),
    sliding_window: windowOr(4096),
    sliding_window_pattern: countOr(4),
    layer_types: layerTypes(),
  }),
  (c) => {
    const window = c.sliding_window ?? undefined;
    const layer = (sliding: boolean) => {
      const attention = attentionDims(c, sliding ? window : undefined);
      return denseLayer(c.hidden_size, {
        attention: { ...attention, ...(window !== undefined && !sliding && { unrotated: true }) },
        inner: c.intermediate_size,
        headNorms: headNorms(attention.headDim, attention.headDim),
        norms: [norm('post_attention_layernorm', c.hidden_size), norm('post_feedforward_layernorm', c.hidden_size)],
      });
    };
    const rule = (i: number) => (i + 1) % c.sliding_window_pattern !== 0;
    return mixed(c, [layer(false), layer(true)], (i) => (window && slides(c.layer_types, i, rule) ? 1 : 0), {
      program: 'post-norm',
      traits: { lateHeadNorms: true },
    });
  },
);
