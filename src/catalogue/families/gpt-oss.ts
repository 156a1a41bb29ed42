// gpt-oss: biases everywhere, a sink per head, every second layer slides. The MXFP4 checkpoint is dequantised for training.

import { attentionDims, denseFields, layerTypes, mixed, slides } from './decoder.ts';
import { defineFamily } from './family.ts';
import { flag, sizeOr, windowOr } from './fields.ts';
import { attentionWeights, other, routedExperts, twoNorms } from './weights.ts';

export const gptOss = defineFamily(
  ['gpt_oss'],
  () => ({
    ...denseFields(false),
    head_dim: sizeOr(64),
    num_key_value_heads: sizeOr(8),
    num_local_experts: sizeOr(128),
    num_experts_per_tok: sizeOr(4),
    attention_bias: flag(true),
    sliding_window: windowOr(128),
    layer_types: layerTypes(),
  }),
  (c) => {
    const h = c.hidden_size;
    const layer = (window?: number) => {
      const attention = attentionDims(c, window);
      const weights = [
        ...attentionWeights(h, attention, { qkv: c.attention_bias, o: c.attention_bias }),
        other('self_attn.sinks', 1, attention.heads),
        ...routedExperts(h, { count: c.num_local_experts, inner: c.intermediate_size, bias: true }, 'mlp', 'router'),
        ...twoNorms(h),
      ];
      const experts = {
        count: c.num_local_experts,
        active: c.num_experts_per_tok,
        inner: c.intermediate_size,
        shared: 0,
        gate: 'clamped' as const,
        router: { kind: 'softmax-of-best' as const, normalised: false, ownSoftmax: true },
      };
      return { weights, attention, experts };
    };
    const window = c.sliding_window ?? undefined;
    return mixed(c, [layer(), layer(window)], (i) => (window && slides(c.layer_types, i, (n) => n % 2 === 0) ? 1 : 0), {
      program: 'llama',
      traits: { norm: 'rms-cast-last', rotary: 'halves', rotaryOnce: true, noSdpa: true },
    });
  },
);
