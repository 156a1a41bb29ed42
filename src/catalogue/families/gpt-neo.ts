// GPT-Neo: GPT-2's frame with separate projections, biased only where they leave attention and in the MLP.

import { defineFamily } from './family.ts';
import { depth, flag, optionalSize, size, tokensOr, vocabulary } from './fields.ts';
import { layerNorm, linear, table } from './weights.ts';

export const gptNeo = defineFamily(
  ['gpt_neo'],
  () => ({
    hidden_size: size(),
    num_layers: depth(),
    num_heads: size(),
    intermediate_size: optionalSize(),
    max_position_embeddings: tokensOr(2048),
    vocab_size: vocabulary(),
    tie_word_embeddings: flag(true),
  }),
  (c) => {
    const h = c.hidden_size;
    const inner = c.intermediate_size ?? 4 * h;
    const weights = [
      ...layerNorm('ln_1', h),
      ...['k_proj', 'v_proj', 'q_proj'].map((p) => linear(`attn.attention.${p}`, h, h)),
      linear('attn.attention.out_proj', h, h, true),
      ...layerNorm('ln_2', h),
      linear('mlp.c_fc', inner, h, true),
      linear('mlp.c_proj', h, inner, true),
    ];
    const attention = { heads: c.num_heads, kvHeads: c.num_heads, headDim: Math.floor(h / c.num_heads) };
    return {
      hidden: h,
      vocabulary: c.vocab_size,
      tied: c.tie_word_embeddings,
      below: [table('wte', c.vocab_size, h), table('wpe', c.max_position_embeddings, h)],
      kinds: [{ weights, attention, inner }],
      layers: Array.from({ length: c.num_layers }, () => 0),
      above: [...layerNorm('ln_f', h), ...(c.tie_word_embeddings ? [] : [linear('lm_head', c.vocab_size, h)])],
      maxPositions: c.max_position_embeddings,
    };
  },
);
