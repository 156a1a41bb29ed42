// Families whose code lives on the hub beside the weights: InternLM2, Baichuan, ChatGLM2/3 and GLM-4, the first Qwen, MPT.
// Tensor names are the remote code's, so LoRA targets of the Llama line match nothing here.

import * as z from 'zod/mini';
import { attentionDims, decoderFields, denseFields, uniform } from './decoder.ts';
import { defineFamily } from './family.ts';
import { depth, flag, section, size, sizeOr, tokensOr, vocabulary } from './fields.ts';
import { linear, norm, table, twoNorms } from './weights.ts';

export const internlm2 = defineFamily(
  ['internlm2'],
  () => ({ ...denseFields(false), bias: flag(false) }),
  (c) => {
    const attention = attentionDims(c);
    const h = c.hidden_size;
    const q = attention.heads * attention.headDim;
    const weights = [
      linear('attention.wqkv', q + 2 * attention.kvHeads * attention.headDim, h, c.bias),
      linear('attention.wo', h, q, c.bias),
      linear('feed_forward.w1', c.intermediate_size, h),
      linear('feed_forward.w3', c.intermediate_size, h),
      linear('feed_forward.w2', h, c.intermediate_size),
      norm('attention_norm', h),
      norm('ffn_norm', h),
    ];
    return uniform(
      c,
      { weights, attention, inner: c.intermediate_size },
      { below: [table('tok_embeddings', c.vocab_size, h)] },
    );
  },
);

export const baichuan = defineFamily(
  ['baichuan'],
  () => denseFields(false),
  (c) => {
    const h = c.hidden_size;
    const weights = [
      linear('self_attn.W_pack', 3 * h, h),
      linear('self_attn.o_proj', h, h),
      linear('mlp.gate_proj', c.intermediate_size, h),
      linear('mlp.down_proj', h, c.intermediate_size),
      linear('mlp.up_proj', c.intermediate_size, h),
      ...twoNorms(h),
    ];
    return uniform(c, { weights, attention: attentionDims(c), inner: c.intermediate_size });
  },
);

/** The first Qwen: its `intermediate_size` counts gate and up together. */
export const qwen = defineFamily(
  ['qwen'],
  () => ({ ...decoderFields(false), intermediate_size: size() }),
  (c) => {
    const h = c.hidden_size;
    const inner = Math.floor(c.intermediate_size / 2);
    const weights = [
      norm('ln_1', h),
      linear('attn.c_attn', 3 * h, h, true),
      linear('attn.c_proj', h, h),
      norm('ln_2', h),
      linear('mlp.w1', inner, h),
      linear('mlp.w2', inner, h),
      linear('mlp.c_proj', h, inner),
    ];
    return uniform(c, { weights, attention: attentionDims(c), inner });
  },
);

export const chatglm = defineFamily(
  ['chatglm'],
  () => ({
    hidden_size: size(),
    num_layers: depth(),
    num_attention_heads: size(),
    ffn_hidden_size: size(),
    kv_channels: sizeOr(128),
    multi_query_attention: flag(true),
    multi_query_group_num: sizeOr(2),
    padded_vocab_size: vocabulary(),
    seq_length: tokensOr(2048),
    add_qkv_bias: flag(true),
    add_bias_linear: flag(false),
  }),
  (c) => {
    const h = c.hidden_size;
    const inner = c.ffn_hidden_size;
    const headDim = c.kv_channels;
    const kvHeads = c.multi_query_attention ? c.multi_query_group_num : c.num_attention_heads;
    const weights = [
      norm('input_layernorm', h),
      linear('self_attention.query_key_value', (c.num_attention_heads + 2 * kvHeads) * headDim, h, c.add_qkv_bias),
      linear('self_attention.dense', h, c.num_attention_heads * headDim, c.add_bias_linear),
      norm('post_attention_layernorm', h),
      linear('mlp.dense_h_to_4h', 2 * inner, h, c.add_bias_linear),
      linear('mlp.dense_4h_to_h', h, inner, c.add_bias_linear),
    ];
    return {
      hidden: h,
      vocabulary: c.padded_vocab_size,
      tied: false,
      below: [table('embedding.word_embeddings', c.padded_vocab_size, h)],
      kinds: [{ weights, attention: { heads: c.num_attention_heads, kvHeads, headDim }, inner }],
      layers: Array.from({ length: c.num_layers }, () => 0),
      above: [norm('encoder.final_layernorm', h), linear('output_layer', c.padded_vocab_size, h)],
      maxPositions: c.seq_length,
    };
  },
);

export const mpt = defineFamily(
  ['mpt'],
  () => ({
    d_model: size(),
    n_layers: depth(),
    n_heads: size(),
    expansion_ratio: sizeOr(4),
    max_seq_len: tokensOr(2048),
    vocab_size: vocabulary(),
    no_bias: z._default(z.literal(true, { error: 'MPT with biases is not known' }), true),
    attn_config: z.optional(section({ alibi: z.literal(true, { error: 'MPT without ALiBi is not known' }) })),
  }),
  (c) => {
    const h = c.d_model;
    const inner = c.expansion_ratio * h;
    const weights = [
      norm('norm_1', h),
      linear('attn.Wqkv', 3 * h, h),
      linear('attn.out_proj', h, h),
      norm('norm_2', h),
      linear('ffn.up_proj', inner, h),
      linear('ffn.down_proj', h, inner),
    ];
    return {
      hidden: h,
      vocabulary: c.vocab_size,
      tied: true,
      below: [table('wte', c.vocab_size, h)],
      kinds: [
        { weights, attention: { heads: c.n_heads, kvHeads: c.n_heads, headDim: Math.floor(h / c.n_heads) }, inner },
      ],
      layers: Array.from({ length: c.n_layers }, () => 0),
      above: [norm('norm_f', h)],
      maxPositions: c.max_seq_len,
    };
  },
);
