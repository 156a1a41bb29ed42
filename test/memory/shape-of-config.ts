// A Hugging Face config of the Llama line as a ModelShape, for tests of the replay alone (the product's own reader is the catalogue).

import type { ModelShape, WeightShape } from '../../src/memory/shape.ts';

export interface LlamaConfig {
  readonly model_type: string;
  readonly hidden_size: number;
  readonly intermediate_size: number;
  readonly num_hidden_layers: number;
  readonly num_attention_heads: number;
  readonly num_key_value_heads?: number;
  readonly head_dim?: number | null;
  readonly vocab_size: number;
  readonly tie_word_embeddings?: boolean;
  readonly sliding_window?: number | null;
}

export function shapeOf(c: LlamaConfig): ModelShape {
  const headDim = c.head_dim ?? c.hidden_size / c.num_attention_heads;
  const kvHeads = c.num_key_value_heads ?? c.num_attention_heads;
  const h = c.hidden_size;
  const linear = (name: string, rows: number, cols: number, bias = false): WeightShape => ({
    name,
    kind: 'linear',
    rows,
    cols,
    bias,
  });
  const norm = (name: string, size: number): WeightShape => ({ name, kind: 'norm', rows: size, cols: 1 });
  const qkvBias = c.model_type === 'qwen2';
  const qkNorm = c.model_type === 'qwen3' || c.model_type === 'minimind';
  const q = c.num_attention_heads * headDim;
  const kv = kvHeads * headDim;
  return {
    family: c.model_type,
    program: c.model_type === 'minimind' ? 'minimind' : 'llama',
    hidden: h,
    vocabulary: c.vocab_size,
    tied: c.tie_word_embeddings ?? false,
    below: [{ name: 'embed_tokens', kind: 'table', rows: c.vocab_size, cols: h }],
    kinds: [
      {
        weights: [
          linear('self_attn.q_proj', q, h, qkvBias),
          linear('self_attn.k_proj', kv, h, qkvBias),
          linear('self_attn.v_proj', kv, h, qkvBias),
          linear('self_attn.o_proj', h, q),
          ...(qkNorm ? [norm('self_attn.q_norm', headDim), norm('self_attn.k_norm', headDim)] : []),
          linear('mlp.gate_proj', c.intermediate_size, h),
          linear('mlp.up_proj', c.intermediate_size, h),
          linear('mlp.down_proj', h, c.intermediate_size),
          norm('input_layernorm', h),
          norm('post_attention_layernorm', h),
        ],
        attention: {
          heads: c.num_attention_heads,
          kvHeads,
          headDim,
          ...(c.sliding_window ? { window: c.sliding_window } : {}),
        },
        inner: c.intermediate_size,
      },
    ],
    layers: Array.from({ length: c.num_hidden_layers }, () => 0),
    above: [norm('norm', h), ...(c.tie_word_embeddings ? [] : [linear('lm_head', c.vocab_size, h)])],
  };
}
