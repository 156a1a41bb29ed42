// Phi 1, 1.5, 2: attention and MLP in parallel behind one LayerNorm, biases everywhere, even in the head.

import { attentionDims, denseFields, uniform } from './decoder.ts';
import { defineFamily } from './family.ts';
import { flag, nameOr, rateOr } from './fields.ts';
import { rotaryFields, rotaryShare } from './rotary-share.ts';
import { layerNorm, linear } from './weights.ts';

export const phi = defineFamily(
  ['phi'],
  () => ({
    ...denseFields(false),
    qk_layernorm: flag(false),
    hidden_act: nameOr('gelu_new'),
    ...rotaryFields(),
    attention_dropout: rateOr(0),
    resid_pdrop: rateOr(0),
    embd_pdrop: rateOr(0),
  }),
  (c) => {
    const attention = attentionDims(c);
    const h = c.hidden_size;
    const q = attention.heads * attention.headDim;
    const kv = attention.kvHeads * attention.headDim;
    const weights = [
      linear('self_attn.q_proj', q, h, true),
      linear('self_attn.k_proj', kv, h, true),
      linear('self_attn.v_proj', kv, h, true),
      linear('self_attn.dense', h, q, true),
      ...(c.qk_layernorm
        ? [
            ...layerNorm('self_attn.q_layernorm', attention.headDim),
            ...layerNorm('self_attn.k_layernorm', attention.headDim),
          ]
        : []),
      linear('mlp.fc1', c.intermediate_size, h, true),
      linear('mlp.fc2', h, c.intermediate_size, true),
      ...layerNorm('input_layernorm', h),
    ];
    return uniform(
      c,
      { weights, attention, inner: c.intermediate_size },
      {
        headBias: true,
        above: layerNorm('final_layernorm', h),
        ...(c.embd_pdrop === 0 && !c.qk_layernorm && { program: 'phi' as const }),
        traits: {
          norm: 'layer',
          activation: c.hidden_act,
          rotary: 'joined-outside',
          rotaryShare: rotaryShare(c, attention.headDim, 0.5),
          dropout: { embedding: false, attention: c.attention_dropout > 0, residual: c.resid_pdrop > 0 },
        },
      },
    );
  },
);
