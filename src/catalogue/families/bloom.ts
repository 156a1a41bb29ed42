// BLOOM: ALiBi instead of positions, a LayerNorm on the embedding, 250,880 tokens.

import { defineFamily } from './family.ts';
import { flag, optionalDepth, optionalSize, vocabulary } from './fields.ts';
import { layerNorm, linear, table } from './weights.ts';

export const bloom = defineFamily(
  ['bloom'],
  () => ({
    hidden_size: optionalSize(),
    n_embed: optionalSize(),
    n_layer: optionalDepth(),
    num_hidden_layers: optionalDepth(),
    n_head: optionalSize(),
    num_attention_heads: optionalSize(),
    vocab_size: vocabulary(),
    tie_word_embeddings: flag(true),
  }),
  (c) => {
    const h = c.hidden_size ?? c.n_embed ?? 64;
    const heads = c.n_head ?? c.num_attention_heads ?? 8;
    const weights = [
      ...layerNorm('input_layernorm', h),
      linear('self_attention.query_key_value', 3 * h, h, true),
      linear('self_attention.dense', h, h, true),
      ...layerNorm('post_attention_layernorm', h),
      linear('mlp.dense_h_to_4h', 4 * h, h, true),
      linear('mlp.dense_4h_to_h', h, 4 * h, true),
    ];
    return {
      hidden: h,
      vocabulary: c.vocab_size,
      tied: c.tie_word_embeddings,
      below: [table('word_embeddings', c.vocab_size, h), ...layerNorm('word_embeddings_layernorm', h)],
      kinds: [{ weights, attention: { heads, kvHeads: heads, headDim: Math.floor(h / heads) }, inner: 4 * h }],
      layers: Array.from({ length: c.n_layer ?? c.num_hidden_layers ?? 2 }, () => 0),
      above: [...layerNorm('ln_f', h), ...(c.tie_word_embeddings ? [] : [linear('lm_head', c.vocab_size, h)])],
    };
  },
);
