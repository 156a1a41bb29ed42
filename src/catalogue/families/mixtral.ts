// Mixtral 8x7B and 8x22B.

import { attentionDims, denseFields, uniform } from './decoder.ts';
import { defineFamily } from './family.ts';
import { optionalTokens, sizeOr } from './fields.ts';
import { attentionWeights, MIXTRAL_EXPERTS, routedExperts, twoNorms } from './weights.ts';

export const mixtral = defineFamily(
  ['mixtral'],
  () => ({
    ...denseFields(false),
    num_key_value_heads: sizeOr(8),
    sliding_window: optionalTokens(),
    num_local_experts: sizeOr(8),
    num_experts_per_tok: sizeOr(2),
  }),
  (c) => {
    const attention = attentionDims(c, c.sliding_window);
    const experts = {
      names: MIXTRAL_EXPERTS,
      count: c.num_local_experts,
      active: c.num_experts_per_tok,
      inner: c.intermediate_size,
      shared: 0,
      router: { kind: 'softmax' as const, normalised: true },
    };
    const weights = [
      ...attentionWeights(c.hidden_size, attention),
      ...routedExperts(c.hidden_size, { count: c.num_local_experts, inner: c.intermediate_size }),
      ...twoNorms(c.hidden_size),
    ];
    return uniform(c, { weights, attention, experts }, { program: 'llama' });
  },
);
