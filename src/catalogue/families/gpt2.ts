// GPT-2 and Cerebras-GPT, and GPT-BigCode (SantaCoder, StarCoder), which is GPT-2 with one key and value head.
// The old names of the fields (n_embd …) are the files' own; the class maps the new ones onto them.

import { defineFamily, type FamilyShape } from './family.ts';
import { flag, nameOr, optionalDepth, optionalSize, rateOr, tokensOr, vocabularyOr } from './fields.ts';
import { layerNorm, linear, table } from './weights.ts';

const fields = () => ({
  n_embd: optionalSize(),
  hidden_size: optionalSize(),
  n_layer: optionalDepth(),
  num_hidden_layers: optionalDepth(),
  n_head: optionalSize(),
  num_attention_heads: optionalSize(),
  n_inner: optionalSize(),
  n_positions: tokensOr(1024),
  vocab_size: vocabularyOr(50257),
  tie_word_embeddings: flag(true),
  activation_function: nameOr('gelu_new'),
  attn_pdrop: rateOr(0.1),
  embd_pdrop: rateOr(0.1),
  resid_pdrop: rateOr(0.1),
});

interface Gpt2Config {
  readonly n_embd?: number | undefined;
  readonly hidden_size?: number | undefined;
  readonly n_layer?: number | null | undefined;
  readonly num_hidden_layers?: number | null | undefined;
  readonly n_head?: number | undefined;
  readonly num_attention_heads?: number | undefined;
  readonly n_inner?: number | undefined;
  readonly n_positions: number;
  readonly vocab_size: number;
  readonly tie_word_embeddings: boolean;
  readonly activation_function: string;
  readonly attn_pdrop: number;
  readonly embd_pdrop: number;
  readonly resid_pdrop: number;
}

function gpt2Shape(c: Gpt2Config, multiQuery: boolean, bigCode: boolean): FamilyShape {
  const h = c.n_embd ?? c.hidden_size ?? 768;
  const heads = c.n_head ?? c.num_attention_heads ?? 12;
  const inner = c.n_inner ?? 4 * h;
  const headDim = Math.floor(h / heads);
  const kvHeads = multiQuery ? 1 : heads;
  const weights = [
    ...layerNorm('ln_1', h),
    linear('attn.c_attn', h + 2 * kvHeads * headDim, h, true),
    linear('attn.c_proj', h, h, true),
    ...layerNorm('ln_2', h),
    linear('mlp.c_fc', inner, h, true),
    linear('mlp.c_proj', h, inner, true),
  ];
  return {
    program: bigCode ? 'gpt-bigcode' : 'gpt2',
    traits: {
      activation: c.activation_function,
      positions: 'learned',
      dropout: { embedding: c.embd_pdrop > 0, attention: c.attn_pdrop > 0, residual: c.resid_pdrop > 0 },
    },
    hidden: h,
    vocabulary: c.vocab_size,
    tied: c.tie_word_embeddings,
    below: [table('wte', c.vocab_size, h), table('wpe', c.n_positions, h)],
    kinds: [{ weights, attention: { heads, kvHeads, headDim }, inner }],
    layers: Array.from({ length: c.n_layer ?? c.num_hidden_layers ?? 12 }, () => 0),
    above: [...layerNorm('ln_f', h), ...(c.tie_word_embeddings ? [] : [linear('lm_head', c.vocab_size, h)])],
    maxPositions: c.n_positions,
    ...(bigCode && { bufferBytes: c.n_positions ** 2 }), // `bias`: a causal mask for every position, a byte each
  };
}

export const gpt2 = defineFamily(['gpt2'], fields, (c) => gpt2Shape(c, false, false));
export const gptBigcode = defineFamily(
  ['gpt_bigcode'],
  () => ({ ...fields(), multi_query: flag(true), activation_function: nameOr('gelu_pytorch_tanh') }),
  (c) => gpt2Shape(c, c.multi_query, true),
);
