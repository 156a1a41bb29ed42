// Models that a project's scripts define by their arguments, with no hub id behind them.
// MiniMind's sizes are the width and depth its README names, at the defaults of model/model_minimind.py: generation 3 at
// d65ef2c0, generation 2 at 561979c7, generation 1 at 6861d1af.

import type { ModelConfig } from '../memory/run.ts';

/** Generation 3 at a width and a depth. */
export const miniMind3 = (hidden_size: number, num_hidden_layers: number, more: ModelConfig = {}): ModelConfig => ({
  model_type: 'minimind',
  hidden_size,
  num_hidden_layers,
  num_attention_heads: 8,
  num_key_value_heads: 4,
  vocab_size: 6400,
  qk_norm: true,
  use_moe: false,
  ...more,
});

const second = (hidden_size: number, num_hidden_layers: number, more: ModelConfig = {}): ModelConfig => ({
  ...miniMind3(hidden_size, num_hidden_layers),
  num_key_value_heads: 2,
  qk_norm: false,
  ...more,
});

// Generation 1 kept its rotary table for the 512 positions it trained on.
const first = (hidden_size: number, num_hidden_layers: number, more: ModelConfig = {}): ModelConfig => ({
  ...second(hidden_size, num_hidden_layers),
  num_attention_heads: 16,
  num_key_value_heads: 8,
  max_position_embeddings: 512,
  ...more,
});

const routed = { use_moe: true, n_routed_experts: 4, num_experts_per_tok: 2, n_shared_experts: 1 };

export const presets: Readonly<Record<string, ModelConfig>> = {
  'minimind-26m': second(512, 8),
  'minimind-64m': miniMind3(768, 8),
  'minimind-104m': second(768, 16),
  'minimind-145m-moe': second(640, 8, routed),
  'minimind-198m-moe': miniMind3(768, 8, { use_moe: true, num_experts: 4, num_experts_per_tok: 1 }),
  'minimind-218m': miniMind3(1024, 16),
  'minimind-1.05b': miniMind3(2048, 20),
  'minimind2-218m': second(1024, 19),
  'minimind2-1.05b': second(2048, 23),
  'minimind-v1-26m': first(512, 8),
  'minimind-v1-108m': first(768, 16),
  // The README of 2024 (9f21ba15) measured this one, with the vocabulary of its time.
  'minimind-v1-218m': first(1024, 16, { vocab_size: 32_000 }),
  'minimind-v1-moe': first(512, 8, routed),
};
