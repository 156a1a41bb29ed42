// OPT. Positions begin at 2, so the table has two rows more. The 350M model embeds narrower and projects in and out.

import { attentionDims, decoderFields, uniform } from './decoder.ts';
import { defineFamily } from './family.ts';
import { flag, nameOr, optionalSize, rateOr, size, sizeOr } from './fields.ts';
import { layerNorm, linear, table } from './weights.ts';

const POSITION_OFFSET = 2;

export const opt = defineFamily(
  ['opt'],
  () => ({
    ...decoderFields(true),
    max_position_embeddings: sizeOr(2048),
    ffn_dim: size(),
    word_embed_proj_dim: optionalSize(),
    enable_bias: flag(true),
    layer_norm_elementwise_affine: flag(true),
    do_layer_norm_before: flag(true),
    _remove_final_layer_norm: flag(false),
    activation_function: nameOr('relu'),
    dropout: rateOr(0.1),
    attention_dropout: rateOr(0),
  }),
  (c) => {
    const h = c.hidden_size;
    const narrow = c.word_embed_proj_dim ?? h;
    const attention = attentionDims(c);
    const norms = (name: string) => (c.layer_norm_elementwise_affine ? layerNorm(name, h) : []);
    const weights = [
      ...['k_proj', 'v_proj', 'q_proj', 'out_proj'].map((p) => linear(`self_attn.${p}`, h, h, c.enable_bias)),
      ...norms('self_attn_layer_norm'),
      linear('fc1', c.ffn_dim, h, c.enable_bias),
      linear('fc2', h, c.ffn_dim, c.enable_bias),
      ...norms('final_layer_norm'),
    ];
    const shape = uniform(c, { weights, attention, inner: c.ffn_dim });
    const projected = narrow !== h;
    return {
      ...shape,
      program: 'opt',
      traits: {
        activation: c.activation_function,
        positions: 'learned',
        dropout: { embedding: false, attention: c.attention_dropout > 0, residual: c.dropout > 0 },
        normsAfter: !c.do_layer_norm_before,
      },
      below: [
        table('embed_tokens', c.vocab_size, narrow),
        table('embed_positions', c.max_position_embeddings + POSITION_OFFSET, h),
        ...(projected ? [linear('project_out', narrow, h), linear('project_in', h, narrow)] : []),
        // The decoder registers its last norm before its layers.
        ...(c.do_layer_norm_before && !c._remove_final_layer_norm ? norms('final_layer_norm') : []),
      ],
      above: [...shape.above.filter((w) => w.name === 'lm_head').map(() => linear('lm_head', c.vocab_size, narrow))],
    };
  },
);
