// Alibaba's Qwen, from the first to Qwen3-Next, and what others trained from them under a name of their own.
// biome-ignore-all format: a table, one row a line

import type { Group } from './rows.ts';

const COLUMNS = ['hidden_size', 'intermediate_size', 'num_hidden_layers', 'num_attention_heads', 'num_key_value_heads', 'vocab_size', 'max_position_embeddings'];
const MIXTURE = [...COLUMNS, 'num_experts', 'moe_intermediate_size', 'num_experts_per_tok'];
const tied = { tie_word_embeddings: true };

const smallTower = { depth: 24, hidden_size: 1024, intermediate_size: 4096, deepstack_visual_indexes: [5, 11, 17] };

export const qwenIds: readonly Group[] = [
  {
    type: 'qwen2',
    dtype: 'bfloat16',
    columns: COLUMNS,
    rows: [
      ['Qwen/Qwen2.5-0.5B Qwen2.5-0.5B-Instruct Qwen2.5-Coder-0.5B Qwen2.5-Coder-0.5B-Instruct Qwen2-0.5B Qwen2-0.5B-Instruct', 896, 4864, 24, 14, 2, 151936, 32768, tied],
      ['Qwen/Qwen2.5-1.5B Qwen2.5-1.5B-Instruct Qwen2.5-Coder-1.5B Qwen2.5-Coder-1.5B-Instruct Qwen2-1.5B Qwen2-1.5B-Instruct', 1536, 8960, 28, 12, 2, 151936, 131072, tied],
      ['Qwen/Qwen2.5-3B Qwen2.5-3B-Instruct Qwen2.5-Coder-3B Qwen2.5-Coder-3B-Instruct', 2048, 11008, 36, 16, 2, 151936, 32768, tied],
      ['Qwen/Qwen2.5-7B Qwen2.5-7B-Instruct Qwen2-7B Qwen2-7B-Instruct', 3584, 18944, 28, 28, 4, 152064, 131072],
      ['Qwen/Qwen2.5-14B Qwen2.5-14B-Instruct', 5120, 13824, 48, 40, 8, 152064, 131072],
      ['Qwen/Qwen2.5-32B Qwen2.5-32B-Instruct QwQ-32B', 5120, 27648, 64, 40, 8, 152064, 131072],
      ['Qwen/Qwen2.5-72B Qwen2.5-72B-Instruct Qwen2-72B Qwen2-72B-Instruct', 8192, 29568, 80, 64, 8, 152064, 131072],
      ['Qwen/Qwen2.5-Coder-7B Qwen2.5-Coder-7B-Instruct', 3584, 18944, 28, 28, 4, 152064, 32768],
      ['Qwen/Qwen2.5-Coder-14B Qwen2.5-Coder-14B-Instruct', 5120, 13824, 48, 40, 8, 152064, 32768],
      ['Qwen/Qwen2.5-Coder-32B Qwen2.5-Coder-32B-Instruct QwQ-32B-Preview', 5120, 27648, 64, 40, 8, 152064, 32768],
      ['Qwen/Qwen2.5-Math-1.5B Qwen2.5-Math-1.5B-Instruct', 1536, 8960, 28, 12, 2, 151936, 4096, tied],
      ['Qwen/Qwen2.5-Math-7B Qwen2.5-Math-7B-Instruct', 3584, 18944, 28, 28, 4, 152064, 4096],
      ['Qwen/Qwen2.5-Math-72B Qwen2.5-Math-72B-Instruct', 8192, 29568, 80, 64, 8, 152064, 4096],
      ['Qwen/Qwen2.5-7B-Instruct-1M', 3584, 18944, 28, 28, 4, 152064, 1010000],
      ['Qwen/Qwen2.5-14B-Instruct-1M', 5120, 13824, 48, 40, 8, 152064, 1010000],
      ['Qwen/Qwen1.5-0.5B Qwen1.5-0.5B-Chat', 1024, 2816, 24, 16, 16, 151936, 32768, tied],
      ['Qwen/Qwen1.5-1.8B Qwen1.5-1.8B-Chat', 2048, 5504, 24, 16, 16, 151936, 32768],
      ['Qwen/Qwen1.5-4B Qwen1.5-4B-Chat', 2560, 6912, 40, 20, 20, 151936, 32768],
      ['Qwen/Qwen1.5-7B Qwen1.5-7B-Chat', 4096, 11008, 32, 32, 32, 151936, 32768],
      ['Qwen/Qwen1.5-14B Qwen1.5-14B-Chat', 5120, 13696, 40, 40, 40, 152064, 32768],
      ['Qwen/Qwen1.5-32B Qwen1.5-32B-Chat', 5120, 27392, 64, 40, 8, 152064, 32768],
      ['Qwen/Qwen1.5-72B Qwen1.5-72B-Chat', 8192, 24576, 80, 64, 64, 152064, 32768],
      ['Qwen/Qwen1.5-110B Qwen1.5-110B-Chat', 8192, 49152, 80, 64, 8, 152064, 32768],
      // The 1.5B distill keeps a head of its own although the model it starts from is tied.
      ['deepseek-ai/DeepSeek-R1-Distill-Qwen-1.5B agentica-org/DeepScaleR-1.5B-Preview', 1536, 8960, 28, 12, 2, 151936, 131072],
      ['deepseek-ai/DeepSeek-R1-Distill-Qwen-7B', 3584, 18944, 28, 28, 4, 152064, 131072],
      ['deepseek-ai/DeepSeek-R1-Distill-Qwen-14B', 5120, 13824, 48, 40, 8, 152064, 131072],
      ['deepseek-ai/DeepSeek-R1-Distill-Qwen-32B NovaSky-AI/Sky-T1-32B-Preview', 5120, 27648, 64, 40, 8, 152064, 131072],
    ],
  },
  {
    type: 'qwen3',
    dtype: 'bfloat16',
    columns: COLUMNS,
    all: { head_dim: 128 },
    rows: [
      ['Qwen/Qwen3-0.6B Qwen3-0.6B-Base', 1024, 3072, 28, 16, 8, 151936, 40960, tied],
      ['Qwen/Qwen3-1.7B Qwen3-1.7B-Base', 2048, 6144, 28, 16, 8, 151936, 40960, tied],
      ['Qwen/Qwen3-4B Qwen3-4B-Base', 2560, 9728, 36, 32, 8, 151936, 40960, tied],
      ['Qwen/Qwen3-4B-Instruct-2507 Qwen3-4B-Thinking-2507', 2560, 9728, 36, 32, 8, 151936, 262144, tied],
      ['Qwen/Qwen3-8B Qwen3-8B-Base deepseek-ai/DeepSeek-R1-0528-Qwen3-8B', 4096, 12288, 36, 32, 8, 151936, 40960],
      ['Qwen/Qwen3-14B Qwen3-14B-Base', 5120, 17408, 40, 40, 8, 151936, 40960],
      ['Qwen/Qwen3-32B', 5120, 25600, 64, 64, 8, 151936, 40960],
    ],
  },
  {
    type: 'qwen3_moe',
    dtype: 'bfloat16',
    columns: MIXTURE,
    all: { head_dim: 128 },
    rows: [
      ['Qwen/Qwen3-30B-A3B Qwen3-30B-A3B-Base', 2048, 6144, 48, 32, 4, 151936, 40960, 128, 768, 8],
      ['Qwen/Qwen3-30B-A3B-Instruct-2507 Qwen3-30B-A3B-Thinking-2507 Qwen3-Coder-30B-A3B-Instruct', 2048, 6144, 48, 32, 4, 151936, 262144, 128, 768, 8],
      ['Qwen/Qwen3-235B-A22B', 4096, 12288, 94, 64, 4, 151936, 40960, 128, 1536, 8],
      ['Qwen/Qwen3-235B-A22B-Instruct-2507 Qwen3-235B-A22B-Thinking-2507', 4096, 12288, 94, 64, 4, 151936, 262144, 128, 1536, 8],
      ['Qwen/Qwen3-Coder-480B-A35B-Instruct', 6144, 8192, 62, 96, 8, 151936, 262144, 160, 2560, 8],
    ],
  },
  {
    type: 'qwen3_next',
    dtype: 'bfloat16',
    columns: MIXTURE,
    all: { head_dim: 256, shared_expert_intermediate_size: 512 },
    rows: [
      ['Qwen/Qwen3-Next-80B-A3B Qwen3-Next-80B-A3B-Instruct Qwen3-Next-80B-A3B-Thinking', 2048, 5120, 48, 16, 2, 151936, 262144, 512, 512, 10],
    ],
  },
  {
    type: 'qwen2_moe',
    dtype: 'bfloat16',
    columns: [...MIXTURE, 'shared_expert_intermediate_size'],
    rows: [
      ['Qwen/Qwen1.5-MoE-A2.7B Qwen1.5-MoE-A2.7B-Chat', 2048, 5632, 24, 16, 16, 151936, 8192, 60, 1408, 4, 5632],
      ['Qwen/Qwen2-57B-A14B Qwen2-57B-A14B-Instruct', 3584, 18944, 28, 28, 4, 151936, 131072, 64, 2560, 8, 20480],
    ],
  },
  {
    type: 'qwen2_vl',
    dtype: 'bfloat16',
    columns: COLUMNS,
    rows: [
      ['Qwen/Qwen2-VL-2B-Instruct Qwen2-VL-2B', 1536, 8960, 28, 12, 2, 151936, 32768, tied],
      ['Qwen/Qwen2-VL-7B-Instruct Qwen2-VL-7B', 3584, 18944, 28, 28, 4, 152064, 32768],
    ],
  },
  {
    type: 'qwen2_5_vl',
    dtype: 'bfloat16',
    columns: COLUMNS,
    rows: [
      ['Qwen/Qwen2.5-VL-3B-Instruct', 2048, 11008, 36, 16, 2, 151936, 128000, tied],
      ['Qwen/Qwen2.5-VL-7B-Instruct', 3584, 18944, 28, 28, 4, 152064, 128000],
      ['Qwen/Qwen2.5-VL-32B-Instruct', 5120, 27648, 64, 40, 8, 152064, 128000, { vision_config: { intermediate_size: 3456 } }],
      ['Qwen/Qwen2.5-VL-72B-Instruct', 8192, 29568, 80, 64, 8, 152064, 128000, { vision_config: { intermediate_size: 3456 } }],
    ],
  },
  {
    type: 'qwen3_vl',
    dtype: 'bfloat16',
    columns: [],
    rows: [
      ['Qwen/Qwen3-VL-2B-Instruct Qwen3-VL-2B-Thinking', { text_config: { hidden_size: 2048, intermediate_size: 6144, num_hidden_layers: 28, num_attention_heads: 16, num_key_value_heads: 8, vocab_size: 151936, max_position_embeddings: 262144, tie_word_embeddings: true }, vision_config: smallTower }],
      ['Qwen/Qwen3-VL-4B-Instruct Qwen3-VL-4B-Thinking', { text_config: { hidden_size: 2560, intermediate_size: 9728, num_hidden_layers: 36, num_attention_heads: 32, num_key_value_heads: 8, vocab_size: 151936, max_position_embeddings: 262144, tie_word_embeddings: true }, vision_config: smallTower }],
      ['Qwen/Qwen3-VL-8B-Instruct Qwen3-VL-8B-Thinking', { text_config: { hidden_size: 4096, intermediate_size: 12288, num_hidden_layers: 36, num_attention_heads: 32, num_key_value_heads: 8, vocab_size: 151936, max_position_embeddings: 262144 } }],
    ],
  },
  {
    type: 'qwen3_vl_moe',
    dtype: 'bfloat16',
    columns: [],
    rows: [
      ['Qwen/Qwen3-VL-30B-A3B-Instruct Qwen3-VL-30B-A3B-Thinking', { text_config: { hidden_size: 2048, intermediate_size: 6144, num_hidden_layers: 48, num_attention_heads: 32, num_key_value_heads: 4, vocab_size: 151936, max_position_embeddings: 262144, head_dim: 128, num_experts: 128, moe_intermediate_size: 768 } }],
    ],
  },
  {
    type: 'qwen',
    dtype: 'bfloat16',
    columns: ['hidden_size', 'intermediate_size', 'num_hidden_layers', 'num_attention_heads', 'vocab_size', 'max_position_embeddings'],
    rows: [
      ['Qwen/Qwen-1_8B Qwen-1_8B-Chat', 2048, 11008, 24, 16, 151936, 8192],
      ['Qwen/Qwen-7B Qwen-7B-Chat', 4096, 22016, 32, 32, 151936, 32768],
      ['Qwen/Qwen-14B Qwen-14B-Chat', 5120, 27392, 40, 40, 152064, 8192],
      ['Qwen/Qwen-72B Qwen-72B-Chat', 8192, 49152, 80, 64, 152064, 32768],
    ],
  },
];
