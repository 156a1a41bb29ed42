// Gemma 3 from 4B up: the text model with a SigLIP tower. The published files give of both halves only what differs from
// the class, so every field has its default. Tower as in transformers models/siglip, 400M at 896 pixels.

import * as z from 'zod/mini';
import type { WeightShape } from '../../memory/shape.ts';
import { defineFamily } from './family.ts';
import { depthOr, section, sizeOr } from './fields.ts';
import { gemma3Fields, gemma3Shape } from './gemma.ts';
import { layerNorm, linear, norm, other, table } from './weights.ts';

const tower = () =>
  section({
    hidden_size: sizeOr(1152),
    intermediate_size: sizeOr(4304),
    num_hidden_layers: depthOr(27),
    patch_size: sizeOr(14),
    image_size: sizeOr(896),
  });

export const gemma3 = defineFamily(
  ['gemma3'],
  () => ({ text_config: section(gemma3Fields()), vision_config: z.prefault(tower(), {}) }),
  (c) => {
    const { program: _textAlone, ...shape } = gemma3Shape(c.text_config);
    const v = c.vision_config;
    const projector = [
      other('multi_modal_projector.mm_input_projection_weight', v.hidden_size, shape.hidden),
      norm('multi_modal_projector.mm_soft_emb_norm', v.hidden_size),
    ];
    return { ...shape, below: [...siglip(v), ...projector, ...shape.below] };
  },
);

const CHANNELS = 3;

function siglip(v: z.output<ReturnType<typeof tower>>): WeightShape[] {
  const h = v.hidden_size;
  const patches = Math.floor(v.image_size / v.patch_size) ** 2;
  const layer = (i: number) => [
    ...['k_proj', 'v_proj', 'q_proj', 'out_proj'].map((p) => linear(`vision_tower.${i}.self_attn.${p}`, h, h, true)),
    ...layerNorm(`vision_tower.${i}.layer_norm1`, h),
    linear(`vision_tower.${i}.mlp.fc1`, v.intermediate_size, h, true),
    linear(`vision_tower.${i}.mlp.fc2`, h, v.intermediate_size, true),
    ...layerNorm(`vision_tower.${i}.layer_norm2`, h),
  ];
  return [
    linear('vision_tower.patch_embedding', h, CHANNELS * v.patch_size ** 2, true),
    table('vision_tower.position_embedding', patches, h),
    ...Array.from({ length: v.num_hidden_layers }, (_, i) => layer(i)).flat(),
    ...layerNorm('vision_tower.post_layernorm', h),
  ];
}
