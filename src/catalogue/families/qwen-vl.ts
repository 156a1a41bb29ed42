// Qwen2-VL and Qwen2.5-VL: Qwen2 with a vision transformer whose four neighbouring patches merge into one token.
// transformers models/qwen2_vl and models/qwen2_5_vl. Their language models are replayed by nobody yet: no block program.

import * as z from 'zod/mini';
import type { WeightShape } from '../../memory/shape.ts';
import { attentionDims, denseFields, denseLayer, uniform } from './decoder.ts';
import { defineFamily } from './family.ts';
import { depthOr, optionalSize, section, sizeOr } from './fields.ts';
import { gatedMlp, layerNorm, linear, norm } from './weights.ts';

const MERGED = 4;
const CHANNELS = 3;
const FRAMES = 2;

interface Tower {
  readonly width: number;
  readonly layers: number;
  readonly patch: number;
}

function visionTower(
  t: Tower,
  out: number,
  norms: typeof layerNorm,
  mlp: (path: string) => WeightShape[],
): WeightShape[] {
  const h = t.width;
  const block = (i: number) => [
    ...norms(`visual.blocks.${i}.norm1`, h),
    ...norms(`visual.blocks.${i}.norm2`, h),
    linear(`visual.blocks.${i}.attn.qkv`, 3 * h, h, true),
    linear(`visual.blocks.${i}.attn.proj`, h, h, true),
    ...mlp(`visual.blocks.${i}.mlp`),
  ];
  return [
    linear('visual.patch_embed.proj', h, CHANNELS * FRAMES * t.patch ** 2),
    ...Array.from({ length: t.layers }, (_, i) => block(i)).flat(),
    ...norms('visual.merger.ln_q', h),
    linear('visual.merger.mlp.0', MERGED * h, MERGED * h, true),
    linear('visual.merger.mlp.2', out, MERGED * h, true),
  ];
}

const textFields = () => denseFields(false);
type Text = z.output<z.ZodMiniObject<ReturnType<typeof textFields>>>;

function languageModel(c: Text) {
  const layer = denseLayer(c.hidden_size, { attention: attentionDims(c), inner: c.intermediate_size, qkvBias: true });
  return uniform(c, layer);
}

export const qwen2Vl = defineFamily(
  ['qwen2_vl'],
  () => ({
    ...textFields(),
    vision_config: z.prefault(
      section({ embed_dim: sizeOr(1280), depth: depthOr(32), mlp_ratio: sizeOr(4), patch_size: sizeOr(14) }),
      {},
    ),
  }),
  (c) => {
    const shape = languageModel(c);
    const { embed_dim: h, mlp_ratio: ratio, depth: layers, patch_size: patch } = c.vision_config;
    const mlp = (path: string) => [
      linear(`${path}.fc1`, ratio * h, h, true),
      linear(`${path}.fc2`, h, ratio * h, true),
    ];
    return {
      ...shape,
      below: [...visionTower({ width: h, layers, patch }, c.hidden_size, layerNorm, mlp), ...shape.below],
    };
  },
);

export const qwen25Vl = defineFamily(
  ['qwen2_5_vl'],
  () => ({
    ...textFields(),
    vision_config: z.prefault(
      section({
        hidden_size: sizeOr(1280),
        depth: depthOr(32),
        intermediate_size: sizeOr(3420),
        out_hidden_size: optionalSize(),
        patch_size: sizeOr(14),
      }),
      {},
    ),
  }),
  (c) => {
    const shape = languageModel(c);
    const { hidden_size: h, intermediate_size: inner, depth: layers, patch_size: patch } = c.vision_config;
    const mlp = (path: string) => gatedMlp(h, inner, true, path);
    const oneNorm = (name: string, cols: number) => [norm(name, cols)];
    return {
      ...shape,
      below: [...visionTower({ width: h, layers, patch }, c.hidden_size, oneNorm, mlp), ...shape.below],
    };
  },
);
