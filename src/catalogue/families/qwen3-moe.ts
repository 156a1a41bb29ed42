// Qwen3 mixtures (30B-A3B, 235B-A22B, Coder): normed heads, experts, none of them shared.

import type * as z from 'zod/mini';
import type { ExpertShape } from '../../memory/shape.ts';
import { attentionDims, decoderFields, denseLayer, mixed } from './decoder.ts';
import { defineFamily, type FamilyShape } from './family.ts';
import { flag, section, size, sizeOr } from './fields.ts';
import { isSparse, sparseFields } from './sparse-layers.ts';
import { attentionWeights, headNorms, QWEN_EXPERTS, router, stackedExperts, twoNorms } from './weights.ts';

export const qwen3MoeConfig = () =>
  section({
    ...decoderFields(false),
    ...sparseFields(),
    intermediate_size: sizeOr(6144),
    moe_intermediate_size: size(),
    num_experts: size(),
    num_experts_per_tok: sizeOr(8),
    attention_bias: flag(false),
    norm_topk_prob: flag(false),
  });

/** `names`: PEFT maps them for the text model alone (transformers 5.23, conversion_mapping.py). */
export function qwen3MoeShape(
  c: z.output<ReturnType<typeof qwen3MoeConfig>>,
  names?: ExpertShape['names'],
): FamilyShape {
  const attention = attentionDims(c);
  const norms = headNorms(attention.headDim, attention.headDim);
  const bias = { qkv: c.attention_bias, o: c.attention_bias };
  const dense = denseLayer(c.hidden_size, {
    attention,
    inner: c.intermediate_size,
    headNorms: norms,
    qkvBias: bias.qkv,
    oBias: bias.o,
  });
  const sparse = {
    weights: [
      ...attentionWeights(c.hidden_size, attention, bias),
      ...norms,
      ...stackedExperts(c.hidden_size, { count: c.num_experts, inner: c.moe_intermediate_size }),
      router('mlp.gate', c.num_experts, c.hidden_size),
      ...twoNorms(c.hidden_size),
    ],
    attention,
    experts: {
      ...(names && { names }),
      count: c.num_experts,
      active: c.num_experts_per_tok,
      inner: c.moe_intermediate_size,
      shared: 0,
      router: { kind: 'softmax' as const, normalised: c.norm_topk_prob, castsBack: true },
    },
  };
  return mixed(c, [dense, sparse], (i) => (isSparse(c, i) ? 1 : 0));
}

export const qwen3Moe = defineFamily(
  ['qwen3_moe'],
  () => qwen3MoeConfig().shape,
  (c) => ({ ...qwen3MoeShape(c, QWEN_EXPERTS), program: 'llama' }),
);
