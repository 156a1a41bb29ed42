// GLM-4 as transformers has it: `glm` (GLM-4-9B) with two norms a layer, `glm4` (GLM-4-0414) with four.

import type { ProgramName } from '../../memory/program.ts';
import type { WeightShape } from '../../memory/shape.ts';
import { attentionDims, denseFields, uniform } from './decoder.ts';
import { defineFamily } from './family.ts';
import { flag, sizeOr } from './fields.ts';
import { rotaryFields, rotaryShare } from './rotary-share.ts';
import { attentionWeights, linear, norm, twoNorms } from './weights.ts';

const glmFamily = (type: string, program: ProgramName, norms: (hidden: number) => WeightShape[]) =>
  defineFamily(
    [type],
    () => ({
      ...denseFields(false),
      ...rotaryFields(),
      num_key_value_heads: sizeOr(2),
      head_dim: sizeOr(128),
      attention_bias: flag(true),
    }),
    (c) => {
      const attention = attentionDims(c);
      const weights = [
        ...attentionWeights(c.hidden_size, attention, { qkv: c.attention_bias }),
        linear('mlp.gate_up_proj', 2 * c.intermediate_size, c.hidden_size),
        linear('mlp.down_proj', c.hidden_size, c.intermediate_size),
        ...norms(c.hidden_size),
      ];
      return uniform(
        c,
        { weights, attention, inner: c.intermediate_size },
        { program, traits: { rotary: 'interleaved', rotaryShare: rotaryShare(c, attention.headDim, 0.5) } },
      );
    },
  );

export const glm = glmFamily('glm', 'llama', twoNorms);
export const glm4 = glmFamily('glm4', 'sandwich', (hidden) => [
  ...twoNorms(hidden),
  norm('post_self_attn_layernorm', hidden),
  norm('post_mlp_layernorm', hidden),
]);
