// The vision towers that language models are given, as tensors: a ViT's blocks differ in norms, MLP, and in whether queries,
// keys and values come out of one projection (transformers models/clip, siglip, pixtral, qwen2_vl, qwen2_5_vl, qwen3_vl).

import type { LayerShape, TowerBlock, TowerShape, WeightShape } from '../../memory/shape.ts';
import { gatedMlp, layerNorm, linear, norm } from './weights.ts';

export const CHANNELS = 3;

/** The sizes every tower has. */
export interface TowerSizes {
  readonly hidden: number;
  readonly inner: number;
  readonly layers: number;
  readonly heads: number;
}

const SEPARATE = ['self_attn.q_proj', 'self_attn.k_proj', 'self_attn.v_proj'];
/** CLIP and SigLIP. */
const CLIP_LIKE = {
  norms: ['layer_norm1', 'layer_norm2'],
  attention: SEPARATE,
  output: 'self_attn.out_proj',
  mlp: ['mlp.fc1', 'mlp.fc2'],
} as const;
export const CLIP_BLOCK: TowerBlock = { ...CLIP_LIKE, activation: 'quick_gelu' };
export const SIGLIP_BLOCK: TowerBlock = { ...CLIP_LIKE, activation: 'gelu_pytorch_tanh' };
const QWEN_LIKE = { norms: ['norm1', 'norm2'], attention: ['attn.qkv'], output: 'attn.proj', rotary: true } as const;
export const QWEN2_BLOCK: TowerBlock = { ...QWEN_LIKE, mlp: ['mlp.fc1', 'mlp.fc2'], activation: 'quick_gelu' };
export const QWEN25_BLOCK: TowerBlock = { ...QWEN_LIKE, rms: true, activation: 'silu' };
export const QWEN3_BLOCK: TowerBlock = {
  ...QWEN_LIKE,
  mlp: ['mlp.linear_fc1', 'mlp.linear_fc2'],
  activation: 'gelu_pytorch_tanh',
};

export const normOf = (rms: boolean) => (name: string, cols: number) =>
  rms ? [norm(name, cols)] : layerNorm(name, cols);

function blockShape({ hidden: h, inner, heads }: TowerSizes, form: TowerBlock): LayerShape {
  const wide = h * (SEPARATE.length / form.attention.length);
  const norms = normOf(form.rms ?? false);
  const mlp = form.mlp
    ? [linear(form.mlp[0], inner, h, true), linear(form.mlp[1], h, inner, true)]
    : gatedMlp(h, inner, true);
  return {
    weights: [
      ...norms(form.norms[0], h),
      ...form.attention.map((name) => linear(name, wide, h, true)),
      linear(form.output, h, h, true),
      ...norms(form.norms[1], h),
      ...mlp,
    ],
    attention: { heads, kvHeads: heads, headDim: Math.floor(h / heads) },
    inner,
  };
}

/** A patch's pixels times a kernel of its own size: a convolution, so no linear layer to adapters and quantisers. */
export const patchEmbedding = (name: string, hidden: number, values: number, bias = false): WeightShape => ({
  name,
  kind: 'other',
  rows: hidden,
  cols: values,
  ...(bias && { bias }),
});

export const towerOf = (
  sizes: TowerSizes,
  block: TowerBlock,
  around: Omit<TowerShape, 'hidden' | 'kinds' | 'layers' | 'block'>,
): TowerShape => ({
  hidden: sizes.hidden,
  block,
  kinds: [blockShape(sizes, block)],
  layers: Array.from({ length: sizes.layers }, () => 0),
  ...around,
});
