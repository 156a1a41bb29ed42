// Qwen3-Next: three layers of gated delta net to one of gated attention, 512 experts.
// Tensors as in transformers models/qwen3_next/modular_qwen3_next.py (043bb8dd). Multi-token prediction is not loaded.

import type { WeightShape } from '../../memory/shape.ts';
import { attentionDims, decoderFields, layerTypes, mixed } from './decoder.ts';
import { defineFamily } from './family.ts';
import { flag, size, sizeOr } from './fields.ts';
import { gatedMlp, headNorms, linear, norm, other, routedExperts, twoNorms } from './weights.ts';

export const qwen3Next = defineFamily(
  ['qwen3_next'],
  () => ({
    ...decoderFields(false),
    head_dim: sizeOr(256),
    attention_bias: flag(false),
    layer_types: layerTypes(),
    full_attention_interval: sizeOr(4),
    linear_num_key_heads: sizeOr(16),
    linear_num_value_heads: sizeOr(32),
    linear_key_head_dim: sizeOr(128),
    linear_value_head_dim: sizeOr(128),
    linear_conv_kernel_dim: sizeOr(4),
    moe_intermediate_size: size(),
    shared_expert_intermediate_size: size(),
    num_experts: size(),
    num_experts_per_tok: sizeOr(10),
  }),
  (c) => {
    const attention = attentionDims(c);
    const h = c.hidden_size;
    const experts = { count: c.num_experts, active: c.num_experts_per_tok, inner: c.moe_intermediate_size, shared: 1 };
    const mixture = [
      ...routedExperts(h, { count: c.num_experts, inner: c.moe_intermediate_size }),
      ...gatedMlp(h, c.shared_expert_intermediate_size, false, 'mlp.shared_expert'),
      linear('mlp.shared_expert_gate', 1, h),
      ...twoNorms(h),
    ];
    const q = attention.heads * attention.headDim;
    const kv = attention.kvHeads * attention.headDim;
    const full: WeightShape[] = [
      // Queries carry a gate of their own size.
      linear('self_attn.q_proj', 2 * q, h, c.attention_bias),
      linear('self_attn.k_proj', kv, h, c.attention_bias),
      linear('self_attn.v_proj', kv, h, c.attention_bias),
      linear('self_attn.o_proj', h, q, c.attention_bias),
      ...headNorms(attention.headDim, attention.headDim),
    ];
    const kinds = [
      { weights: [...deltaNet(h, c), ...mixture], experts },
      { weights: [...full, ...mixture], attention, experts },
    ];
    const isFull = (i: number) =>
      (c.layer_types?.[i] ?? ((i + 1) % c.full_attention_interval === 0 ? 'full_attention' : '')) === 'full_attention';
    return mixed(c, kinds, (i) => (isFull(i) ? 1 : 0));
  },
);

interface DeltaNet {
  readonly linear_num_key_heads: number;
  readonly linear_num_value_heads: number;
  readonly linear_key_head_dim: number;
  readonly linear_value_head_dim: number;
  readonly linear_conv_kernel_dim: number;
}

function deltaNet(hidden: number, c: DeltaNet): WeightShape[] {
  const key = c.linear_num_key_heads * c.linear_key_head_dim;
  const value = c.linear_num_value_heads * c.linear_value_head_dim;
  return [
    linear('linear_attn.in_proj_qkvz', 2 * key + 2 * value, hidden),
    linear('linear_attn.in_proj_ba', 2 * c.linear_num_value_heads, hidden),
    other('linear_attn.conv1d', 2 * key + value, c.linear_conv_kernel_dim),
    other('linear_attn.dt_bias', 1, c.linear_num_value_heads),
    other('linear_attn.A_log', 1, c.linear_num_value_heads),
    norm('linear_attn.norm', c.linear_value_head_dim),
    linear('linear_attn.out_proj', hidden, value),
  ];
}
