// Qwen3: Llama with a norm on every head's queries and keys; heads x head_dim is often not hidden_size.

import type * as z from 'zod/mini';
import { attentionDims, denseFields, denseLayer, mixed, qwenKindAt, qwenWindowFields } from './decoder.ts';
import { defineFamily, type FamilyShape } from './family.ts';
import { flag, section, sizeOr } from './fields.ts';
import { headNorms } from './weights.ts';

export const qwen3Config = () =>
  section({
    ...denseFields(false),
    ...qwenWindowFields(),
    head_dim: sizeOr(128),
    attention_bias: flag(false),
  });

export function qwen3Shape(c: z.output<ReturnType<typeof qwen3Config>>): FamilyShape {
  const layer = (window?: number) =>
    denseLayer(c.hidden_size, {
      attention: attentionDims(c, window),
      inner: c.intermediate_size,
      qkvBias: c.attention_bias,
      oBias: c.attention_bias,
      headNorms: headNorms(c.head_dim, c.head_dim),
    });
  return mixed(c, [layer(), layer(c.sliding_window)], qwenKindAt(c));
}

export const qwen3 = defineFamily(
  ['qwen3'],
  () => qwen3Config().shape,
  (c) => ({ ...qwen3Shape(c), program: 'llama' }),
);
