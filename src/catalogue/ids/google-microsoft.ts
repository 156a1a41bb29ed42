// Gemma and Phi.
// biome-ignore-all format: a table, one row a line

import type { Group } from './rows.ts';

const COLUMNS = ['hidden_size', 'intermediate_size', 'num_hidden_layers', 'num_attention_heads', 'num_key_value_heads', 'vocab_size', 'max_position_embeddings'];

export const googleMicrosoftIds: readonly Group[] = [
  {
    type: 'gemma',
    dtype: 'bfloat16',
    columns: COLUMNS,
    all: { head_dim: 256 },
    rows: [
      ['google/gemma-2b gemma-2b-it gemma-1.1-2b-it codegemma-2b', 2048, 16384, 18, 8, 1, 256000, 8192],
      ['google/gemma-7b gemma-7b-it gemma-1.1-7b-it codegemma-7b codegemma-7b-it HuggingFaceH4/zephyr-7b-gemma-sft-v0.1 zephyr-7b-gemma-v0.1', 3072, 24576, 28, 16, 16, 256000, 8192],
    ],
  },
  {
    type: 'gemma2',
    dtype: 'bfloat16',
    columns: COLUMNS,
    all: { head_dim: 256 },
    rows: [
      ['google/gemma-2-2b gemma-2-2b-it', 2304, 9216, 26, 8, 4, 256000, 8192],
      ['google/gemma-2-9b gemma-2-9b-it', 3584, 14336, 42, 16, 8, 256000, 8192],
      ['google/gemma-2-27b gemma-2-27b-it', 4608, 36864, 46, 32, 16, 256000, 8192, { head_dim: 128 }],
    ],
  },
  {
    type: 'gemma3_text',
    dtype: 'bfloat16',
    columns: COLUMNS,
    all: { head_dim: 256, sliding_window: 512 },
    rows: [
      ['google/gemma-3-270m gemma-3-270m-it', 640, 2048, 18, 4, 1, 262144, 32768],
      ['google/gemma-3-1b-it gemma-3-1b-pt', 1152, 6912, 26, 4, 1, 262144, 32768],
    ],
  },
  {
    type: 'gemma3',
    dtype: 'bfloat16',
    columns: [],
    rows: [
      ['google/gemma-3-4b-it gemma-3-4b-pt', { text_config: { hidden_size: 2560, intermediate_size: 10240, num_hidden_layers: 34, sliding_window: 1024 } }],
      ['google/gemma-3-12b-it gemma-3-12b-pt', { text_config: { hidden_size: 3840, intermediate_size: 15360, num_hidden_layers: 48, num_attention_heads: 16, num_key_value_heads: 8, sliding_window: 1024 } }],
      ['google/gemma-3-27b-it gemma-3-27b-pt', { text_config: { hidden_size: 5376, intermediate_size: 21504, num_hidden_layers: 62, num_attention_heads: 32, num_key_value_heads: 16, head_dim: 128, sliding_window: 1024 } }],
    ],
  },
  {
    type: 'phi',
    dtype: 'float16',
    columns: COLUMNS,
    rows: [
      ['microsoft/phi-1 phi-1_5', 2048, 8192, 24, 32, 32, 51200, 2048],
      ['microsoft/phi-2', 2560, 10240, 32, 32, 32, 51200, 2048],
    ],
  },
  {
    type: 'phi3',
    dtype: 'bfloat16',
    columns: COLUMNS,
    rows: [
      ['microsoft/Phi-3-mini-4k-instruct', 3072, 8192, 32, 32, 32, 32064, 4096, { sliding_window: 2047 }],
      ['microsoft/Phi-3-mini-128k-instruct Phi-3.5-mini-instruct', 3072, 8192, 32, 32, 32, 32064, 131072],
      ['microsoft/Phi-3-medium-4k-instruct', 5120, 17920, 40, 40, 10, 32064, 4096],
      ['microsoft/Phi-3-medium-128k-instruct', 5120, 17920, 40, 40, 10, 32064, 131072],
      ['microsoft/phi-4', 5120, 17920, 40, 40, 10, 100352, 16384],
      ['microsoft/Phi-4-reasoning Phi-4-reasoning-plus', 5120, 17920, 40, 40, 10, 100352, 32768],
      ['microsoft/Phi-4-mini-instruct Phi-4-mini-reasoning', 3072, 8192, 32, 24, 8, 200064, 131072, { tie_word_embeddings: true }],
    ],
  },
];
