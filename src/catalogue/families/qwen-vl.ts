// Qwen2-VL and Qwen2.5-VL: Qwen2 with a vision transformer whose four neighbouring patches merge into one token
// (transformers models/qwen2_vl and models/qwen2_5_vl).

import * as z from 'zod/mini';
import type { TowerShape } from '../../memory/shape.ts';
import { attentionDims, denseFields, denseLayer, uniform } from './decoder.ts';
import { defineFamily, type FamilyShape, flattened } from './family.ts';
import { depthOr, layerNumbersOr, section, sizeOr } from './fields.ts';
import { CHANNELS, normOf, patchEmbedding, QWEN2_BLOCK, QWEN25_BLOCK, type TowerSizes, towerOf } from './towers.ts';
import { linear } from './weights.ts';

const MERGED = 4;
const FRAMES = 2;

const textFields = () => denseFields(false);
type Text = z.output<z.ZodMiniObject<ReturnType<typeof textFields>>>;

/** Qwen2.5's tower has RMSNorms, gates, and windows in most of its blocks; Qwen2's none of them. */
function withTower(c: Text, sizes: TowerSizes, patch: number, window?: TowerShape['window']): FamilyShape {
  const h = sizes.hidden;
  const pixels = CHANNELS * FRAMES * patch ** 2;
  const layer = denseLayer(c.hidden_size, { attention: attentionDims(c), inner: c.intermediate_size, qkvBias: true });
  return {
    ...uniform(c, layer, { program: 'llama', traits: { rotaryAxes: true } }),
    tower: towerOf(sizes, window ? QWEN25_BLOCK : QWEN2_BLOCK, {
      program: 'qwen2-vision',
      merged: MERGED,
      side: patch,
      pixels,
      ...(window && { window }),
      below: [patchEmbedding('patch_embed.proj', h, pixels)],
      above: [],
      projector: [
        ...normOf(window !== undefined)('merger.ln_q', h),
        linear('merger.mlp.0', MERGED * h, MERGED * h, true),
        linear('merger.mlp.2', c.hidden_size, MERGED * h, true),
      ],
    }),
  };
}

export const qwen2Vl = flattened(
  defineFamily(
    ['qwen2_vl'],
    () => ({
      ...textFields(),
      vision_config: z.prefault(
        section({
          embed_dim: sizeOr(1280),
          depth: depthOr(32),
          num_heads: sizeOr(16),
          mlp_ratio: sizeOr(4),
          patch_size: sizeOr(14),
        }),
        {},
      ),
    }),
    (c) => {
      const { embed_dim: hidden, mlp_ratio: ratio, depth: layers, num_heads: heads, patch_size } = c.vision_config;
      return withTower(c, { hidden, inner: ratio * hidden, layers, heads }, patch_size);
    },
  ),
);

export const qwen25Vl = flattened(
  defineFamily(
    ['qwen2_5_vl'],
    () => ({
      ...textFields(),
      vision_config: z.prefault(
        section({
          hidden_size: sizeOr(1280),
          depth: depthOr(32),
          num_heads: sizeOr(16),
          intermediate_size: sizeOr(3420),
          patch_size: sizeOr(14),
          window_size: sizeOr(112),
          fullatt_block_indexes: layerNumbersOr([7, 15, 23, 31]),
        }),
        {},
      ),
    }),
    (c) => {
      const { hidden_size: hidden, intermediate_size: inner, depth: layers, num_heads: heads } = c.vision_config;
      const { patch_size: patch, window_size: side, fullatt_block_indexes: everywhere } = c.vision_config;
      const window = { patches: Math.floor(side / patch) ** 2, everywhere };
      return withTower(c, { hidden, inner, layers, heads }, patch, window);
    },
  ),
);
