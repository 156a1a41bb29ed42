// LLaVA 1.5: a CLIP tower, two linear layers, and Llama, Mistral or Qwen2 (transformers models/llava). The features are those of
// the last layer but one, without the first token.

import * as z from 'zod/mini';
import type { TowerShape } from '../../memory/shape.ts';
import { attentionDims, denseFields, denseLayer, uniform } from './decoder.ts';
import { defineFamily } from './family.ts';
import { depthOr, flag, nameOr, section, sizeOr, vocabularyOr } from './fields.ts';
import { CHANNELS, CLIP_BLOCK, patchEmbedding, towerOf } from './towers.ts';
import { layerNorm, linear, other, table } from './weights.ts';

/** The published files leave most of Llama 7B and CLIP-L/14 at 336 pixels to the classes. */
const text = () =>
  section({
    ...denseFields(false),
    hidden_size: sizeOr(4096),
    intermediate_size: sizeOr(11008),
    num_hidden_layers: depthOr(32),
    num_attention_heads: sizeOr(32),
    vocab_size: vocabularyOr(32_000),
    model_type: nameOr('llama'),
  });
const tower = () =>
  section({
    hidden_size: sizeOr(1024),
    intermediate_size: sizeOr(4096),
    num_hidden_layers: depthOr(24),
    num_attention_heads: sizeOr(16),
    patch_size: sizeOr(14),
    image_size: sizeOr(336),
  });

export const llava = defineFamily(
  ['llava'],
  () => ({
    text_config: z.prefault(text(), {}),
    vision_config: z.prefault(tower(), {}),
    multimodal_projector_bias: flag(true),
  }),
  (c) => {
    const t = c.text_config;
    const layer = denseLayer(t.hidden_size, {
      attention: attentionDims(t),
      inner: t.intermediate_size,
      qkvBias: t.model_type === 'qwen2',
    });
    return {
      ...uniform(t, layer, { program: 'llama' }),
      tower: clip(c.vision_config, t.hidden_size, c.multimodal_projector_bias),
    };
  },
);

function clip(v: z.output<ReturnType<typeof tower>>, out: number, bias: boolean): TowerShape {
  const { hidden_size: hidden, intermediate_size: inner, num_hidden_layers: layers, num_attention_heads: heads } = v;
  const pixels = CHANNELS * v.patch_size ** 2;
  const patches = Math.floor(v.image_size / v.patch_size) ** 2;
  return towerOf({ hidden, inner, layers, heads }, CLIP_BLOCK, {
    program: 'clip',
    merged: 1,
    side: v.patch_size,
    pixels,
    patchesPerImage: patches,
    below: [
      other('class_embedding', 1, hidden),
      patchEmbedding('patch_embedding', hidden, pixels),
      table('position_embedding', patches + 1, hidden),
      ...layerNorm('pre_layrnorm', hidden),
    ],
    above: layerNorm('post_layernorm', hidden),
    projector: [linear('linear_1', out, hidden, bias), linear('linear_2', out, out, bias)],
  });
}
