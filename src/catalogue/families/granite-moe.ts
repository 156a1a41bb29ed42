// Granite mixtures (1B-A400M, 3B-A800M): Granite's scaling factors around experts that are chosen first and weighed then.
// Tensors as in transformers models/granitemoe/modeling_granitemoe.py, where both norms stand before the experts.

import { attentionDims, denseFields, uniform } from './decoder.ts';
import { defineFamily } from './family.ts';
import { flag, sizeOr } from './fields.ts';
import { attentionWeights, routedExperts, twoNorms } from './weights.ts';

export const graniteMoe = defineFamily(
  ['granitemoe'],
  () => ({
    ...denseFields(false),
    num_local_experts: sizeOr(8),
    num_experts_per_tok: sizeOr(2),
    attention_bias: flag(false),
  }),
  (c) => {
    const attention = attentionDims(c);
    const bias = { qkv: c.attention_bias, o: c.attention_bias };
    const weights = [
      ...attentionWeights(c.hidden_size, attention, bias),
      ...twoNorms(c.hidden_size),
      ...routedExperts(c.hidden_size, { count: c.num_local_experts, inner: c.intermediate_size }),
    ];
    const experts = {
      count: c.num_local_experts,
      active: c.num_experts_per_tok,
      inner: c.intermediate_size,
      shared: 0,
      router: { kind: 'softmax-of-best' as const, normalised: false, upcast: true, castsBack: true },
    };
    const traits = { scales: { embedding: true, residual: true, logits: true } };
    return uniform(c, { weights, attention, experts }, { program: 'llama', traits });
  },
);
