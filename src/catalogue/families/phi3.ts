// Phi-3, 3.5, 4 and 4-mini: q, k and v in one matrix, gate and up in another.

import { attentionDims, denseFields, uniform } from './decoder.ts';
import { defineFamily } from './family.ts';
import { optionalTokens } from './fields.ts';
import { rotaryFields, rotaryShare } from './rotary-share.ts';
import { linear, twoNorms } from './weights.ts';

export const phi3 = defineFamily(
  ['phi3'],
  () => ({ ...denseFields(false), ...rotaryFields(), sliding_window: optionalTokens() }),
  (c) => {
    const attention = attentionDims(c, c.sliding_window);
    const h = c.hidden_size;
    const weights = [
      linear('self_attn.o_proj', h, attention.heads * attention.headDim),
      linear('self_attn.qkv_proj', (attention.heads + 2 * attention.kvHeads) * attention.headDim, h),
      linear('mlp.gate_up_proj', 2 * c.intermediate_size, h),
      linear('mlp.down_proj', h, c.intermediate_size),
      ...twoNorms(h),
    ];
    return uniform(
      c,
      { weights, attention, inner: c.intermediate_size },
      { program: 'llama', traits: { rotary: 'joined', rotaryShare: rotaryShare(c, attention.headDim, 1) } },
    );
  },
);
