// Gemma 1, 2 and the text half of 3: tied, heads of 256 whatever the width, four norms a layer from the second on.

import type { BlockTraits, LayerShape, WeightShape } from '../../memory/shape.ts';
import {
  attentionDims,
  type DecoderConfig,
  denseFields,
  denseLayer,
  layerTypes,
  mixed,
  slides,
  uniform,
} from './decoder.ts';
import { defineFamily, type FamilyShape } from './family.ts';
import { depth, depthOr, factorOr, flag, size, sizeOr, vocabularyOr, windowOr } from './fields.ts';
import { headNorms, norm } from './weights.ts';

export const gemma = defineFamily(
  ['gemma'],
  () => ({ ...denseFields(true), head_dim: sizeOr(256) }),
  (c) => ({
    ...uniform(c, denseLayer(c.hidden_size, { attention: attentionDims(c), inner: c.intermediate_size }), {
      program: 'gemma',
    }),
    traits: traits({}),
  }),
);

/** `tanh(x / cap) * cap`, where the file (or the class) gives a cap. */
interface Caps {
  readonly attn_logit_softcapping?: number | null;
  readonly final_logit_softcapping?: number | null;
}
function traits(c: Caps): BlockTraits {
  return {
    activation: 'gelu_pytorch_tanh',
    scaleBuffer: true,
    capsScores: (c.attn_logit_softcapping ?? null) !== null,
    capsLogits: (c.final_logit_softcapping ?? null) !== null,
  };
}

const fourNorms = (hidden: number): WeightShape[] =>
  ['input_layernorm', 'post_attention_layernorm', 'pre_feedforward_layernorm', 'post_feedforward_layernorm'].map(
    (name) => norm(name, hidden),
  );

export const gemma2 = defineFamily(
  ['gemma2'],
  () => ({
    ...denseFields(true),
    head_dim: sizeOr(256),
    num_key_value_heads: sizeOr(4),
    attention_bias: flag(false),
    sliding_window: windowOr(4096),
    layer_types: layerTypes(),
    attn_logit_softcapping: factorOr(50),
    final_logit_softcapping: factorOr(30),
  }),
  (c) => {
    const layer = (window?: number) =>
      denseLayer(c.hidden_size, {
        attention: attentionDims(c, window),
        inner: c.intermediate_size,
        qkvBias: c.attention_bias,
        oBias: c.attention_bias,
        norms: fourNorms(c.hidden_size),
      });
    const window = c.sliding_window ?? undefined;
    const kindAt = (i: number) => (window && slides(c.layer_types, i, (n) => n % 2 === 0) ? 1 : 0);
    return { ...mixed(c, [layer(), layer(window)], kindAt, { program: 'gemma' }), traits: traits(c) };
  },
);

/** The files of the vision models leave most of the text half to the class, so every field has its default here. */
export const gemma3Fields = () => ({
  ...denseFields(true),
  hidden_size: sizeOr(2304),
  intermediate_size: sizeOr(9216),
  num_hidden_layers: depthOr(26),
  num_attention_heads: sizeOr(8),
  num_key_value_heads: sizeOr(4),
  head_dim: sizeOr(256),
  vocab_size: vocabularyOr(262_208),
  attention_bias: flag(false),
  sliding_window: windowOr(4096),
  sliding_window_pattern: sizeOr(6),
  layer_types: layerTypes(),
  attn_logit_softcapping: factorOr(null),
  final_logit_softcapping: factorOr(null),
});

interface Gemma3Config extends DecoderConfig, Caps {
  readonly head_dim: number;
  readonly intermediate_size: number;
  readonly attention_bias: boolean;
  readonly sliding_window: number | null;
  readonly sliding_window_pattern: number;
  readonly layer_types?: readonly string[] | undefined;
}

export function gemma3Shape(c: Gemma3Config): FamilyShape {
  const layer = (window?: number): LayerShape =>
    denseLayer(c.hidden_size, {
      attention: attentionDims(c, window),
      inner: c.intermediate_size,
      qkvBias: c.attention_bias,
      oBias: c.attention_bias,
      headNorms: headNorms(c.head_dim, c.head_dim),
      norms: fourNorms(c.hidden_size),
    });
  const window = c.sliding_window ?? undefined;
  const rule = (i: number) => (i + 1) % c.sliding_window_pattern !== 0;
  const kindAt = (i: number) => (window && slides(c.layer_types, i, rule) ? 1 : 0);
  return {
    ...mixed(c, [layer(), layer(window)], kindAt, { program: 'gemma' }),
    traits: { ...traits(c), slidingRotary: true },
  };
}

export const gemma3Text = defineFamily(
  ['gemma3_text'],
  () => ({ ...gemma3Fields(), hidden_size: size(), num_hidden_layers: depth() }),
  gemma3Shape,
);
