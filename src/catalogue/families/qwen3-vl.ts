// Qwen3-VL, dense and mixture: a Qwen3 text model with a vision transformer that feeds three of its layers too ("deepstack").
// transformers models/qwen3_vl.

import * as z from 'zod/mini';
import type { TowerShape } from '../../memory/shape.ts';
import { defineFamily } from './family.ts';
import { depthOr, layerNumbersOr, section, sizeOr } from './fields.ts';
import { qwen3Config, qwen3Shape } from './qwen3.ts';
import { qwen3MoeConfig, qwen3MoeShape } from './qwen3-moe.ts';
import { CHANNELS, patchEmbedding, QWEN3_BLOCK, towerOf } from './towers.ts';
import { layerNorm, linear, table } from './weights.ts';

const tower = () =>
  section({
    hidden_size: sizeOr(1152),
    intermediate_size: sizeOr(4304),
    depth: depthOr(27),
    num_heads: sizeOr(16),
    patch_size: sizeOr(16),
    num_position_embeddings: sizeOr(2304),
    deepstack_visual_indexes: layerNumbersOr([8, 16, 24]),
  });

const MERGED = 4;
const FRAMES = 2;

function visionTower(v: z.output<ReturnType<typeof tower>>, out: number): TowerShape {
  const h = v.hidden_size;
  const merger = (path: string, normed: number) => [
    ...layerNorm(`${path}.norm`, normed),
    linear(`${path}.linear_fc1`, MERGED * h, MERGED * h, true),
    linear(`${path}.linear_fc2`, out, MERGED * h, true),
  ];
  const sizes = { hidden: h, inner: v.intermediate_size, layers: v.depth, heads: v.num_heads };
  const pixels = CHANNELS * FRAMES * v.patch_size ** 2;
  return towerOf(sizes, QWEN3_BLOCK, {
    program: 'qwen3-vision',
    merged: MERGED,
    deepstack: v.deepstack_visual_indexes,
    side: v.patch_size,
    pixels,
    below: [patchEmbedding('patch_embed.proj', h, pixels, true), table('pos_embed', v.num_position_embeddings, h)],
    // These norm what is merged already.
    above: v.deepstack_visual_indexes.flatMap((_, i) => merger(`deepstack_merger_list.${i}`, MERGED * h)),
    projector: merger('merger', h),
  });
}

export const qwen3Vl = defineFamily(
  ['qwen3_vl'],
  () => ({ text_config: qwen3Config(), vision_config: z.prefault(tower(), {}) }),
  (c) => {
    const shape = qwen3Shape(c.text_config);
    return {
      ...shape,
      program: 'llama',
      traits: { rotaryAxes: true },
      tower: visionTower(c.vision_config, shape.hidden),
    };
  },
);

export const qwen3VlMoe = defineFamily(
  ['qwen3_vl_moe'],
  () => ({ text_config: qwen3MoeConfig(), vision_config: z.prefault(tower(), {}) }),
  (c) => {
    const shape = qwen3MoeShape(c.text_config);
    return {
      ...shape,
      program: 'llama',
      traits: { rotaryAxes: true },
      tower: visionTower(c.vision_config, shape.hidden),
    };
  },
);
