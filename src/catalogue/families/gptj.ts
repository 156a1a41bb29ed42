// GPT-J: attention and MLP in parallel behind one LayerNorm; biases in the MLP and the head alone.

import { defineFamily } from './family.ts';
import { depth, flag, optionalSize, size, tokensOr, vocabulary } from './fields.ts';
import { layerNorm, linear, table } from './weights.ts';

export const gptj = defineFamily(
  ['gptj'],
  () => ({
    n_embd: size(),
    n_layer: depth(),
    n_head: size(),
    n_inner: optionalSize(),
    n_positions: tokensOr(2048),
    vocab_size: vocabulary(),
    tie_word_embeddings: flag(false),
  }),
  (c) => {
    const h = c.n_embd;
    const inner = c.n_inner ?? 4 * h;
    const weights = [
      ...layerNorm('ln_1', h),
      ...['k_proj', 'v_proj', 'q_proj', 'out_proj'].map((p) => linear(`attn.${p}`, h, h)),
      linear('mlp.fc_in', inner, h, true),
      linear('mlp.fc_out', h, inner, true),
    ];
    return {
      hidden: h,
      vocabulary: c.vocab_size,
      tied: c.tie_word_embeddings,
      below: [table('wte', c.vocab_size, h)],
      kinds: [{ weights, attention: { heads: c.n_head, kvHeads: c.n_head, headDim: Math.floor(h / c.n_head) }, inner }],
      layers: Array.from({ length: c.n_layer }, () => 0),
      above: [...layerNorm('ln_f', h), linear('lm_head', c.vocab_size, h, true)],
      maxPositions: c.n_positions,
    };
  },
);
