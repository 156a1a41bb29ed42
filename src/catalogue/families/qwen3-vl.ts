// Qwen3-VL, dense and mixture: a Qwen3 text model with a vision transformer that feeds three of its layers too ("deepstack").
// transformers models/qwen3_vl. The step of neither half is replayed yet: no block program.

import * as z from 'zod/mini';
import type { WeightShape } from '../../memory/shape.ts';
import { defineFamily } from './family.ts';
import { depthOr, layerNumbersOr, section, sizeOr } from './fields.ts';
import { qwen3Config, qwen3Shape } from './qwen3.ts';
import { qwen3MoeConfig, qwen3MoeShape } from './qwen3-moe.ts';
import { layerNorm, linear, table } from './weights.ts';

const tower = () =>
  section({
    hidden_size: sizeOr(1152),
    intermediate_size: sizeOr(4304),
    depth: depthOr(27),
    patch_size: sizeOr(16),
    num_position_embeddings: sizeOr(2304),
    deepstack_visual_indexes: layerNumbersOr([8, 16, 24]),
  });

const MERGED = 4;
const CHANNELS = 3;
const FRAMES = 2;

function visionTower(v: z.output<ReturnType<typeof tower>>, out: number): WeightShape[] {
  const h = v.hidden_size;
  const block = (i: number) => [
    ...layerNorm(`visual.blocks.${i}.norm1`, h),
    ...layerNorm(`visual.blocks.${i}.norm2`, h),
    linear(`visual.blocks.${i}.attn.qkv`, 3 * h, h, true),
    linear(`visual.blocks.${i}.attn.proj`, h, h, true),
    linear(`visual.blocks.${i}.mlp.linear_fc1`, v.intermediate_size, h, true),
    linear(`visual.blocks.${i}.mlp.linear_fc2`, h, v.intermediate_size, true),
  ];
  const merger = (path: string, normed: number) => [
    ...layerNorm(`${path}.norm`, normed),
    linear(`${path}.linear_fc1`, MERGED * h, MERGED * h, true),
    linear(`${path}.linear_fc2`, out, MERGED * h, true),
  ];
  return [
    linear('visual.patch_embed.proj', h, CHANNELS * FRAMES * v.patch_size ** 2, true),
    table('visual.pos_embed', v.num_position_embeddings, h),
    ...Array.from({ length: v.depth }, (_, i) => block(i)).flat(),
    ...merger('visual.merger', h),
    // These norm what is merged already.
    ...v.deepstack_visual_indexes.flatMap((_, i) => merger(`visual.deepstack_merger_list.${i}`, MERGED * h)),
  ];
}

export const qwen3Vl = defineFamily(
  ['qwen3_vl'],
  () => ({ text_config: qwen3Config(), vision_config: z.prefault(tower(), {}) }),
  (c) => {
    const shape = qwen3Shape(c.text_config);
    return { ...shape, below: [...visionTower(c.vision_config, shape.hidden), ...shape.below] };
  },
);

export const qwen3VlMoe = defineFamily(
  ['qwen3_vl_moe'],
  () => ({ text_config: qwen3MoeConfig(), vision_config: z.prefault(tower(), {}) }),
  (c) => {
    const shape = qwen3MoeShape(c.text_config);
    return { ...shape, below: [...visionTower(c.vision_config, shape.hidden), ...shape.below] };
  },
);
