// Llama 1 to 3.3, and everything saved under its name: Yi, DeepSeek-LLM, SmolLM2, TinyLlama, Vicuna, Falcon 3 …

import type * as z from 'zod/mini';
import type { LayerShape } from '../../memory/shape.ts';
import { attentionDims, denseFields, denseLayer, uniform } from './decoder.ts';
import { defineFamily } from './family.ts';
import { flag, section } from './fields.ts';

export const llamaConfig = () => section({ ...denseFields(false), attention_bias: flag(false), mlp_bias: flag(false) });

export const llamaLayer = (c: z.output<ReturnType<typeof llamaConfig>>): LayerShape =>
  denseLayer(c.hidden_size, {
    attention: attentionDims(c),
    inner: c.intermediate_size,
    qkvBias: c.attention_bias,
    oBias: c.attention_bias,
    mlpBias: c.mlp_bias,
  });

export const llama = defineFamily(
  ['llama'],
  () => llamaConfig().shape,
  (c) => uniform(c, llamaLayer(c), { program: 'llama' }),
);
