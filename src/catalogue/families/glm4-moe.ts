// GLM-4.5 and 4.6: grouped-query attention whose heads turn by half, and DeepSeek V3's mixture (transformers models/glm4_moe).

import { attentionDims, decoderFields, denseLayer, mixed } from './decoder.ts';
import { groupedRouter, groupedRouterFields } from './deepseek.ts';
import { defineFamily } from './family.ts';
import { countOr, flag, size, sizeOr } from './fields.ts';
import { rotaryFields, rotaryShare } from './rotary-share.ts';
import { attentionWeights, gatedMlp, headNorms, QWEN_EXPERTS, router, stackedExperts, twoNorms } from './weights.ts';

export const glm4Moe = defineFamily(
  ['glm4_moe'],
  () => ({
    ...decoderFields(false),
    ...groupedRouterFields(1, 1),
    ...rotaryFields(),
    intermediate_size: size(),
    moe_intermediate_size: size(),
    n_routed_experts: size(),
    n_shared_experts: countOr(1),
    num_experts_per_tok: sizeOr(8),
    first_k_dense_replace: countOr(1),
    attention_bias: flag(false),
    use_qk_norm: flag(false),
  }),
  (c) => {
    const h = c.hidden_size;
    const attention = attentionDims(c);
    const norms = c.use_qk_norm ? headNorms(attention.headDim, attention.headDim) : [];
    const bias = { qkv: c.attention_bias };
    const shared = c.n_shared_experts * c.moe_intermediate_size;
    const dense = denseLayer(h, {
      attention,
      inner: c.intermediate_size,
      qkvBias: c.attention_bias,
      headNorms: norms,
    });
    const sparse = {
      weights: [
        ...attentionWeights(h, attention, bias),
        ...norms,
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
        router: groupedRouter(c),
      },
    };
    return mixed(c, [dense, sparse], (i) => (i >= c.first_k_dense_replace ? 1 : 0), {
      program: 'llama',
      traits: { rotary: 'joined-late', rotaryShare: rotaryShare(c, attention.headDim, 0.5), lateHeadNorms: true },
    });
  },
);
