// Qwen1.5-MoE and Qwen2-MoE: routed experts beside one shared expert behind its own gate.

import { attentionDims, decoderFields, denseLayer, mixed } from './decoder.ts';
import { defineFamily } from './family.ts';
import { flag, size, sizeOr } from './fields.ts';
import { isSparse, sparseFields } from './sparse-layers.ts';
import { attentionWeights, gatedMlp, linear, QWEN_EXPERTS, routedExperts, twoNorms } from './weights.ts';

export const qwen2Moe = defineFamily(
  ['qwen2_moe'],
  () => ({
    ...decoderFields(false),
    ...sparseFields(),
    intermediate_size: sizeOr(5632),
    moe_intermediate_size: size(),
    shared_expert_intermediate_size: size(),
    num_experts: size(),
    num_experts_per_tok: sizeOr(4),
    qkv_bias: flag(true),
    norm_topk_prob: flag(false),
  }),
  (c) => {
    const attention = attentionDims(c);
    const h = c.hidden_size;
    const dense = denseLayer(h, { attention, inner: c.intermediate_size, qkvBias: c.qkv_bias });
    const shared = c.shared_expert_intermediate_size;
    const sparse = {
      weights: [
        ...attentionWeights(h, attention, { qkv: c.qkv_bias }),
        ...routedExperts(h, { count: c.num_experts, inner: c.moe_intermediate_size }),
        ...gatedMlp(h, shared, false, 'mlp.shared_expert'),
        linear('mlp.shared_expert_gate', 1, h),
        ...twoNorms(h),
      ],
      attention,
      experts: {
        names: QWEN_EXPERTS,
        count: c.num_experts,
        active: c.num_experts_per_tok,
        inner: c.moe_intermediate_size,
        shared: 1,
        router: { kind: 'softmax' as const, normalised: c.norm_topk_prob, castsBack: true },
      },
    };
    return {
      ...mixed(c, [dense, sparse], (i) => (isSparse(c, i) ? 1 : 0), { program: 'llama' }),
      traits: { idleSlidingMask: true },
    };
  },
);
