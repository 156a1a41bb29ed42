// Mistral's models, their best known fine-tunes, and mixtures saved as `mixtral`.
// biome-ignore-all format: a table, one row a line

import type { Group } from './rows.ts';

const COLUMNS = ['hidden_size', 'intermediate_size', 'num_hidden_layers', 'num_attention_heads', 'num_key_value_heads', 'vocab_size', 'max_position_embeddings'];
const wholeContext = { sliding_window: null };

export const mistralIds: readonly Group[] = [
  {
    type: 'mistral',
    dtype: 'bfloat16',
    columns: COLUMNS,
    all: { head_dim: 128, ...wholeContext },
    rows: [
      ['mistralai/Mistral-7B-v0.1 Mistral-7B-Instruct-v0.1', 4096, 14336, 32, 32, 8, 32000, 32768, { sliding_window: 4096 }],
      ['alignment-handbook/zephyr-7b-sft-full zephyr-7b-sft-qlora zephyr-7b-sft-lora mistral-7b-sft-constitutional-ai HuggingFaceH4/zephyr-7b-beta zephyr-7b-alpha mistral-7b-sft-beta', 4096, 14336, 32, 32, 8, 32000, 32768, { sliding_window: 4096 }],
      ['teknium/OpenHermes-2.5-Mistral-7B', 4096, 14336, 32, 32, 8, 32002, 32768, { sliding_window: 4096 }],
      ['mistralai/Mistral-7B-Instruct-v0.2 mistral-community/Mistral-7B-v0.2 unsloth/Mistral-7B-v0.2', 4096, 14336, 32, 32, 8, 32000, 32768],
      ['mistralai/Mistral-7B-v0.3 Mistral-7B-Instruct-v0.3', 4096, 14336, 32, 32, 8, 32768, 32768],
      ['mistralai/mathstral-7B-v0.1', 4096, 14336, 32, 32, 8, 32768, 32768],
      ['mistralai/Mistral-Nemo-Base-2407 Mistral-Nemo-Instruct-2407', 5120, 14336, 40, 32, 8, 131072, 131072],
      ['mistralai/Ministral-8B-Instruct-2410', 4096, 12288, 36, 32, 8, 131072, 32768, { sliding_window: 32768 }],
      ['mistralai/Mistral-Small-Instruct-2409 Codestral-22B-v0.1', 6144, 16384, 56, 48, 8, 32768, 32768],
      ['mistralai/Mistral-Small-24B-Base-2501 Mistral-Small-24B-Instruct-2501', 5120, 32768, 40, 32, 8, 131072, 32768],
      ['mistralai/Magistral-Small-2506 Magistral-Small-2507', 5120, 32768, 40, 32, 8, 131072, 40960],
      ['mistralai/Mistral-Large-Instruct-2407 Mistral-Large-Instruct-2411', 12288, 28672, 88, 96, 8, 32768, 131072],
    ],
  },
  {
    type: 'mixtral',
    dtype: 'bfloat16',
    columns: COLUMNS,
    all: wholeContext,
    rows: [
      ['mistralai/Mixtral-8x7B-v0.1 Mixtral-8x7B-Instruct-v0.1', 4096, 14336, 32, 32, 8, 32000, 32768],
      ['mistralai/Mixtral-8x22B-v0.1 Mixtral-8x22B-Instruct-v0.1', 6144, 16384, 56, 48, 8, 32768, 65536],
      ['mistral-community/Mixtral-8x22B-v0.1', 6144, 16384, 56, 48, 8, 32000, 65536],
    ],
  },
];
