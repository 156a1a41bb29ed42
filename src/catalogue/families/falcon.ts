// Falcon 7B (one key and value head), 40B and 180B (the new decoder). Falcon 3 is saved as llama.
// transformers models/falcon/modeling_falcon.py: which LayerNorms a layer has depends on the decoder and on `parallel_attn`.

import type { WeightShape } from '../../memory/shape.ts';
import { defineFamily } from './family.ts';
import { flag, optionalDepth, optionalSize, size, vocabulary } from './fields.ts';
import { layerNorm, linear, table } from './weights.ts';

export const falcon = defineFamily(
  ['falcon', 'RefinedWeb', 'RefinedWebModel'],
  () => ({
    hidden_size: size(),
    num_hidden_layers: optionalDepth(),
    n_layer: optionalDepth(),
    num_attention_heads: optionalSize(),
    n_head: optionalSize(),
    num_kv_heads: optionalSize(),
    n_head_kv: optionalSize(),
    ffn_hidden_size: optionalSize(),
    num_ln_in_parallel_attn: optionalSize(),
    vocab_size: vocabulary(),
    bias: flag(false),
    multi_query: flag(true),
    parallel_attn: flag(true),
    new_decoder_architecture: flag(false),
    tie_word_embeddings: flag(true),
  }),
  (c) => {
    const h = c.hidden_size;
    const heads = c.num_attention_heads ?? c.n_head ?? 71;
    const grouped = c.num_kv_heads ?? c.n_head_kv ?? heads;
    const kvHeads = c.new_decoder_architecture ? grouped : c.multi_query ? 1 : heads;
    const headDim = Math.floor(h / heads);
    const inner = c.ffn_hidden_size ?? 4 * h;
    const two = c.num_ln_in_parallel_attn ?? 2;
    const norms: WeightShape[] = c.new_decoder_architecture
      ? two === 2
        ? [...layerNorm('ln_attn', h), ...layerNorm('ln_mlp', h)]
        : layerNorm('input_layernorm', h)
      : [...layerNorm('input_layernorm', h), ...(c.parallel_attn ? [] : layerNorm('post_attention_layernorm', h))];
    const weights = [
      linear('self_attention.query_key_value', (heads + 2 * kvHeads) * headDim, h, c.bias),
      linear('self_attention.dense', h, h, c.bias),
      linear('mlp.dense_h_to_4h', inner, h, c.bias),
      linear('mlp.dense_4h_to_h', h, inner, c.bias),
      ...norms,
    ];
    return {
      hidden: h,
      vocabulary: c.vocab_size,
      tied: c.tie_word_embeddings,
      below: [table('word_embeddings', c.vocab_size, h)],
      kinds: [{ weights, attention: { heads, kvHeads, headDim }, inner }],
      layers: Array.from({ length: c.num_hidden_layers ?? c.n_layer ?? 32 }, () => 0),
      above: [...layerNorm('ln_f', h), ...(c.tie_word_embeddings ? [] : [linear('lm_head', c.vocab_size, h)])],
    };
  },
);
