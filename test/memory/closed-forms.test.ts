// Bytes that a layer saves for backward, as closed forms read off real saved tensors: a second derivation of the same numbers.

import { describe, expect, it } from 'vitest';
import { type RunPart, SMALL, savedPerLayer } from './replayed.ts';
import type { LlamaConfig } from './shape-of-config.ts';

interface Dims {
  readonly h: number;
  readonly i: number;
  readonly a: number;
  readonly k: number;
  readonly ad: number;
  readonly kd: number;
  readonly s: number;
  readonly r: number;
}
const R = 16;
const T = 1024;
const OTHER: LlamaConfig = {
  ...SMALL,
  hidden_size: 512,
  intermediate_size: 1024,
  num_attention_heads: 16,
  head_dim: 32,
  num_key_value_heads: 4,
};
const SHAPES = {
  small: SMALL,
  'narrow heads': OTHER,
  'one query head a key head': { ...SMALL, num_key_value_heads: 4 },
};

const dimsOf = (c: LlamaConfig): Dims => {
  const d = c.head_dim ?? 0;
  const k = c.num_key_value_heads ?? 0;
  return {
    h: c.hidden_size,
    i: c.intermediate_size,
    a: c.num_attention_heads,
    k,
    ad: c.num_attention_heads * d,
    kd: k * d,
    s: 512,
    r: R,
  };
};
const linearElements = ({ h, i, ad, kd }: Dims): number => 2 * h * ad + 2 * h * kd + 3 * h * i;
const adapterElements = ({ h, i, ad, kd }: Dims): number => R * (2 * (h + ad) + 2 * (h + kd) + 3 * (h + i));

const BF16: RunPart = { weights: { dtype: 'bf16' } };
const lora = { kind: 'lora', rank: R } as const;
const nf4 = { dtype: 'bf16', quantization: 'nf4-double' } as const;
/** Flash attention saves its random state: three 8-byte words a layer. */
const RANDOM_STATE = 24;

interface Form {
  readonly name: string;
  readonly run: RunPart;
  /** Bytes a token … */
  readonly perToken: (d: Dims) => number;
  /** … and a layer. */
  readonly perLayer?: (d: Dims) => number;
}
/** Memory-efficient attention's random state: two words. */
const SEED_AND_OFFSET = 2 * 8;
const flashWords = (): number => RANDOM_STATE;

const FORMS: readonly Form[] = [
  {
    name: 'pure bf16',
    run: BF16,
    perToken: ({ h, ad, kd, i, a }) => 16 * h + 4 * ad + 4 * kd + 8 * i + 4 * a + 8,
    perLayer: flashWords,
  },
  {
    name: 'autocast over fp32 weights',
    run: { autocast: 'bf16' },
    perToken: ({ h, ad, kd, i, a }) => 26 * h + 4 * ad + 4 * kd + 8 * i + 4 * a + 8,
    perLayer: (d) => 2 * linearElements(d) + RANDOM_STATE,
  },
  {
    name: 'fp32',
    run: {},
    perToken: ({ h, ad, kd, i, a }) => 24 * h + 8 * ad + 8 * kd + 16 * i + 4 * a + 8,
    perLayer: () => SEED_AND_OFFSET,
  },
  {
    name: 'eager attention',
    run: { ...BF16, attention: 'eager' },
    perToken: ({ h, ad, i, a, s }) => 16 * h + 8 * ad + 8 * i + 6 * a * s + 8,
  },
  {
    name: 'LoRA on all linears, autocast',
    run: { ...BF16, autocast: 'bf16', method: lora },
    perToken: ({ h, ad, kd, i, a, r }) => 18 * h + 6 * ad + 4 * kd + 8 * i + 4 * a + 8 + 14 * r,
    perLayer: (d) => 2 * adapterElements(d) + RANDOM_STATE,
  },
  {
    name: 'LoRA without autocast',
    run: { ...BF16, method: lora },
    perToken: ({ h, ad, kd, i, a, r }) => 28 * h + 8 * ad + 4 * kd + 10 * i + 4 * a + 8 + 28 * r,
    perLayer: flashWords,
  },
  {
    name: 'LoRA, dropout',
    run: { ...BF16, autocast: 'bf16', method: { ...lora, dropout: 0.05 } },
    // One mask of a byte for each input element of each target, on top of the copies that stay as they are.
    perToken: ({ h, ad, kd, i, a, r }) => 18 * h + 6 * ad + 4 * kd + 8 * i + 4 * a + 8 + 14 * r + (5 * h + ad + i),
    perLayer: (d) => 2 * adapterElements(d) + RANDOM_STATE,
  },
  {
    name: 'QLoRA, nothing upcast',
    run: { weights: nf4, autocast: 'bf16', method: lora },
    perToken: ({ h, ad, kd, i, a, r }) => 12 * h + 4 * ad + 4 * kd + 8 * i + 4 * a + 8 + 14 * r,
    perLayer: (d) => 2 * adapterElements(d) + RANDOM_STATE,
  },
  {
    name: 'QLoRA, prepared for k-bit training',
    run: { weights: { ...nf4, kbitUpcast: 'all' }, autocast: 'bf16', method: lora },
    perToken: ({ h, ad, kd, i, a, r }) => 18 * h + 4 * ad + 4 * kd + 14 * i + 4 * a + 8 + 14 * r,
    perLayer: (d) => 2 * adapterElements(d) + RANDOM_STATE,
  },
  {
    name: 'Liger norm, SwiGLU and rotary',
    run: { ...BF16, framework: { kernels: ['liger'] } },
    // Both norms keep input (the residual stream: once) and statistic; SwiGLU keeps gate, up and its product.
    perToken: ({ h, ad, kd, i, a }) => 8 * h + 4 * ad + 4 * kd + 6 * i + 4 * a + 8,
    perLayer: flashWords,
  },
];

describe.each(Object.entries(SHAPES))('%s', (_name, config) => {
  it.each(FORMS)('$name', ({ run, perToken, perLayer }) => {
    const dims = dimsOf(config);
    expect(savedPerLayer(config, run)).toBe(T * perToken(dims) + (perLayer?.(dims) ?? 0));
  });
});

it('a padding mask repeats K and V and keeps a float mask in every layer', () => {
  const { h, ad, i, a, s } = dimsOf(SMALL);
  expect(savedPerLayer(SMALL, { ...BF16, mask: 'padded' })).toBe(
    T * (16 * h + 8 * ad + 8 * i + 4 * a + 8 + 2 * s) + SEED_AND_OFFSET,
  );
});

it('q and k norms add 6 bytes an element and 4 a head', () => {
  const { ad, kd, a, k } = dimsOf(SMALL);
  const plain = savedPerLayer(SMALL, BF16);
  expect(savedPerLayer({ ...SMALL, model_type: 'qwen3' }, BF16) - plain).toBe(T * (6 * (ad + kd) + 4 * (a + k)));
});

it('checkpointing stores the layer’s input alone: 2h in bf16, 4h where the stream is fp32', () => {
  const checkpointing = { kind: 'full' } as const;
  expect(savedPerLayer(SMALL, { ...BF16, checkpointing })).toBe(T * 2 * SMALL.hidden_size);
  expect(savedPerLayer(SMALL, { autocast: 'bf16', checkpointing })).toBe(T * 4 * SMALL.hidden_size);
});

it('bf16 weights under fp16 autocast make the stream fp32', () => {
  const checkpointing = { kind: 'full' } as const;
  const mixed = savedPerLayer(SMALL, { ...BF16, autocast: 'fp16', method: lora, checkpointing });
  expect(mixed).toBe(T * 4 * SMALL.hidden_size);
});
