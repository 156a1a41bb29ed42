// DeepSeek V2 and V3 (and Moonlight, Kimi K2, saved as deepseek_v3): latent attention, dense layers first, then experts.
// Tensors as in transformers models/deepseek_v3/modular_deepseek_v3.py (000c33fd). V3's correction bias is a buffer, and its
// multi-token prediction layer is not loaded, so neither is counted.

import type { RouterShape, WeightShape } from '../../memory/shape.ts';
import { decoderFields, mixed } from './decoder.ts';
import { defineFamily } from './family.ts';
import { countOr, flag, ignored, rankOr, size, sizeOr } from './fields.ts';
import { gatedMlp, linear, norm, QWEN_EXPERTS, router, stackedExperts, twoNorms } from './weights.ts';

/** How DeepSeek V3 chooses experts; GLM-4.5 does the same. */
export const groupedRouterFields = (groups: number, chosen: number) => ({
  n_group: rankOr(groups),
  topk_group: rankOr(chosen),
  norm_topk_prob: flag(true),
});
interface GroupedRouter {
  readonly n_group: number | null;
  readonly topk_group: number | null;
  readonly norm_topk_prob: boolean;
}
export const groupedRouter = (c: GroupedRouter): RouterShape => ({
  kind: 'grouped-sigmoid',
  normalised: c.norm_topk_prob,
  inFp32: true,
  scaled: true,
  groups: { count: c.n_group ?? 1, chosen: c.topk_group ?? 1 },
  seesStates: true,
});

const fields = (denseLayers: number) => ({
  ...decoderFields(false),
  // Both are in the files and mean nothing here: heads have their own widths below.
  head_dim: ignored(),
  num_key_value_heads: ignored(),
  intermediate_size: size(),
  moe_intermediate_size: size(),
  n_routed_experts: size(),
  n_shared_experts: countOr(0),
  num_experts_per_tok: sizeOr(8),
  first_k_dense_replace: countOr(denseLayers),
  moe_layer_freq: sizeOr(1),
  q_lora_rank: rankOr(1536),
  kv_lora_rank: sizeOr(512),
  qk_nope_head_dim: sizeOr(128),
  qk_rope_head_dim: sizeOr(64),
  v_head_dim: sizeOr(128),
  attention_bias: flag(false),
  ...groupedRouterFields(8, 4),
  rope_interleave: flag(true),
});

interface Ways {
  readonly rotationOf: (c: { readonly rope_interleave: boolean }) => 'complex' | 'interleaved' | 'halves';
  readonly routerOf: (c: GroupedRouter) => RouterShape;
}

const deepseek = (type: string, denseLayers: number, { rotationOf, routerOf }: Ways) =>
  defineFamily(
    [type],
    () => fields(denseLayers),
    (c) => {
      const h = c.hidden_size;
      const headDim = c.qk_nope_head_dim + c.qk_rope_head_dim;
      const attention = {
        heads: c.num_attention_heads,
        kvHeads: c.num_attention_heads,
        headDim,
        latent: { rotary: c.qk_rope_head_dim, value: c.v_head_dim, rotation: rotationOf(c) },
      };
      const latent = latentAttention(h, c);
      const shared = c.n_shared_experts * c.moe_intermediate_size;
      const dense = {
        weights: [...latent, ...gatedMlp(h, c.intermediate_size), ...twoNorms(h)],
        attention,
        inner: c.intermediate_size,
      };
      const sparse = {
        weights: [
          ...latent,
          ...stackedExperts(h, { count: c.n_routed_experts, inner: c.moe_intermediate_size }),
          router('mlp.gate', c.n_routed_experts, h),
          ...(shared ? gatedMlp(h, shared, false, 'mlp.shared_experts') : []),
          ...twoNorms(h),
        ],
        attention,
        experts: {
          names: QWEN_EXPERTS,
          count: c.n_routed_experts,
          active: c.num_experts_per_tok,
          inner: c.moe_intermediate_size,
          shared: c.n_shared_experts,
          router: routerOf(c),
        },
      };
      const isSparse = (i: number) => i >= c.first_k_dense_replace && i % c.moe_layer_freq === 0;
      return mixed(c, [dense, sparse], (i) => (isSparse(i) ? 1 : 0), { program: 'llama' });
    },
  );

interface Latent {
  readonly num_attention_heads: number;
  readonly q_lora_rank: number | null;
  readonly kv_lora_rank: number;
  readonly qk_nope_head_dim: number;
  readonly qk_rope_head_dim: number;
  readonly v_head_dim: number;
  readonly attention_bias: boolean;
}

function latentAttention(hidden: number, c: Latent): WeightShape[] {
  const heads = c.num_attention_heads;
  const q = heads * (c.qk_nope_head_dim + c.qk_rope_head_dim);
  const queries =
    c.q_lora_rank === null
      ? [linear('self_attn.q_proj', q, hidden)]
      : [
          linear('self_attn.q_a_proj', c.q_lora_rank, hidden, c.attention_bias),
          norm('self_attn.q_a_layernorm', c.q_lora_rank),
          linear('self_attn.q_b_proj', q, c.q_lora_rank),
        ];
  return [
    ...queries,
    linear('self_attn.kv_a_proj_with_mqa', c.kv_lora_rank + c.qk_rope_head_dim, hidden, c.attention_bias),
    norm('self_attn.kv_a_layernorm', c.kv_lora_rank),
    linear('self_attn.kv_b_proj', heads * (c.qk_nope_head_dim + c.v_head_dim), c.kv_lora_rank),
    linear('self_attn.o_proj', hidden, heads * c.v_head_dim, c.attention_bias),
  ];
}

export const deepseekV2 = deepseek('deepseek_v2', 0, {
  rotationOf: () => 'complex',
  routerOf: () => ({ kind: 'softmax', normalised: false, inFp32: true, scaled: true, seesStates: true }),
});
export const deepseekV3 = deepseek('deepseek_v3', 3, {
  rotationOf: (c) => (c.rope_interleave ? 'interleaved' : 'halves'),
  routerOf: groupedRouter,
});
