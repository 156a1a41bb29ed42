// Gemma 3 from 4B up: the text model with a SigLIP tower. The published files give of both halves only what differs from
// the class, so every field has its default. Tower as in transformers models/siglip, 400M at 896 pixels.

import * as z from 'zod/mini';
import type { TowerShape, WeightShape } from '../../memory/shape.ts';
import { defineFamily } from './family.ts';
import { depthOr, section, sizeOr } from './fields.ts';
import { gemma3Fields, gemma3Shape } from './gemma.ts';
import { CHANNELS, patchEmbedding, SIGLIP_BLOCK, towerOf } from './towers.ts';
import { layerNorm, norm, other, table } from './weights.ts';

const tower = () =>
  section({
    hidden_size: sizeOr(1152),
    intermediate_size: sizeOr(4304),
    num_hidden_layers: depthOr(27),
    num_attention_heads: sizeOr(16),
    patch_size: sizeOr(14),
    image_size: sizeOr(896),
  });

export const gemma3 = defineFamily(
  ['gemma3'],
  () => ({
    text_config: section(gemma3Fields()),
    vision_config: z.prefault(tower(), {}),
    mm_tokens_per_image: sizeOr(256),
  }),
  (c) => {
    const shape = gemma3Shape(c.text_config);
    const v = c.vision_config;
    return {
      ...shape,
      tower: siglip(v, c.mm_tokens_per_image, [
        other('mm_input_projection_weight', v.hidden_size, shape.hidden),
        norm('mm_soft_emb_norm', v.hidden_size),
      ]),
    };
  },
);

function siglip(v: z.output<ReturnType<typeof tower>>, tokens: number, projector: readonly WeightShape[]): TowerShape {
  const { hidden_size: hidden, intermediate_size: inner, num_hidden_layers: layers, num_attention_heads: heads } = v;
  const pixels = CHANNELS * v.patch_size ** 2;
  const patches = Math.floor(v.image_size / v.patch_size) ** 2;
  return towerOf({ hidden, inner, layers, heads }, SIGLIP_BLOCK, {
    program: 'siglip',
    merged: patches / tokens,
    side: v.patch_size,
    pixels,
    patchesPerImage: patches,
    below: [patchEmbedding('patch_embedding', hidden, pixels, true), table('position_embedding', patches, hidden)],
    above: layerNorm('post_layernorm', hidden),
    projector,
  });
}
