// DeepSeek's mixtures, GLM, InternLM, Baichuan, MiniCPM, Moonshot, gpt-oss, Seed.
// biome-ignore-all format: a table, one row a line

import type { Group } from './rows.ts';

const COLUMNS = ['hidden_size', 'intermediate_size', 'num_hidden_layers', 'num_attention_heads', 'num_key_value_heads', 'vocab_size', 'max_position_embeddings'];
const LATENT = ['hidden_size', 'intermediate_size', 'moe_intermediate_size', 'num_hidden_layers', 'num_attention_heads', 'n_routed_experts', 'n_shared_experts', 'num_experts_per_tok', 'first_k_dense_replace', 'vocab_size', 'max_position_embeddings'];
const CHATGLM = ['hidden_size', 'ffn_hidden_size', 'num_layers', 'num_attention_heads', 'multi_query_group_num', 'padded_vocab_size', 'seq_length'];
const directQueries = { q_lora_rank: null };

export const deepseekGlmIds: readonly Group[] = [
  {
    type: 'deepseek_v2',
    dtype: 'bfloat16',
    columns: LATENT,
    rows: [
      ['deepseek-ai/DeepSeek-V2-Lite DeepSeek-V2-Lite-Chat DeepSeek-Coder-V2-Lite-Base DeepSeek-Coder-V2-Lite-Instruct', 2048, 10944, 1408, 27, 16, 64, 2, 6, 1, 102400, 163840, directQueries],
      ['deepseek-ai/DeepSeek-V2 DeepSeek-V2-Chat DeepSeek-V2.5 DeepSeek-Coder-V2-Instruct', 5120, 12288, 1536, 60, 128, 160, 2, 6, 1, 102400, 163840],
    ],
  },
  {
    type: 'deepseek_v3',
    dtype: 'bfloat16',
    columns: LATENT,
    rows: [
      ['deepseek-ai/DeepSeek-V3 DeepSeek-V3-Base DeepSeek-V3-0324 DeepSeek-V3.1 DeepSeek-V3.1-Base DeepSeek-R1 DeepSeek-R1-Zero DeepSeek-R1-0528', 7168, 18432, 2048, 61, 128, 256, 1, 8, 3, 129280, 163840],
      ['moonshotai/Moonlight-16B-A3B Moonlight-16B-A3B-Instruct', 2048, 11264, 1408, 27, 16, 64, 2, 6, 1, 163840, 8192, directQueries],
      ['moonshotai/Kimi-K2-Base Kimi-K2-Instruct', 7168, 18432, 2048, 61, 64, 384, 1, 8, 1, 163840, 131072],
    ],
  },
  {
    type: 'glm4_moe',
    dtype: 'bfloat16',
    columns: ['hidden_size', 'intermediate_size', 'moe_intermediate_size', 'num_hidden_layers', 'num_attention_heads', 'num_key_value_heads', 'n_routed_experts', 'first_k_dense_replace', 'vocab_size', 'max_position_embeddings'],
    rows: [
      ['zai-org/GLM-4.5-Air GLM-4.5-Air-Base', 4096, 10944, 1408, 46, 96, 8, 128, 1, 151552, 131072, { head_dim: 128, attention_bias: true }],
      ['zai-org/GLM-4.5 GLM-4.5-Base', 5120, 12288, 1536, 92, 96, 8, 160, 3, 151552, 131072, { head_dim: 128, attention_bias: true, use_qk_norm: true }],
    ],
  },
  {
    type: 'glm4',
    dtype: 'bfloat16',
    columns: COLUMNS,
    rows: [
      ['zai-org/GLM-4-9B-0414 THUDM/GLM-4-9B-0414 GLM-Z1-9B-0414', 4096, 13696, 40, 32, 2, 151552, 32768],
      ['zai-org/GLM-4-32B-0414 THUDM/GLM-4-32B-0414 GLM-4-32B-Base-0414 GLM-Z1-32B-0414', 6144, 23040, 61, 48, 2, 151552, 32768],
    ],
  },
  {
    type: 'glm',
    dtype: 'bfloat16',
    columns: COLUMNS,
    rows: [['zai-org/glm-4-9b-hf THUDM/glm-4-9b-hf glm-4-9b-chat-hf', 4096, 13696, 40, 32, 2, 151552, 8192]],
  },
  {
    type: 'chatglm',
    dtype: 'float16',
    columns: CHATGLM,
    rows: [
      ['zai-org/chatglm2-6b THUDM/chatglm2-6b', 4096, 13696, 28, 32, 2, 65024, 32768],
      ['zai-org/chatglm3-6b THUDM/chatglm3-6b chatglm3-6b-base', 4096, 13696, 28, 32, 2, 65024, 8192],
      ['THUDM/chatglm3-6b-32k', 4096, 13696, 28, 32, 2, 65024, 32768],
    ],
  },
  {
    type: 'chatglm',
    dtype: 'bfloat16',
    columns: CHATGLM,
    rows: [['zai-org/glm-4-9b-chat THUDM/glm-4-9b THUDM/glm-4-9b-chat', 4096, 13696, 40, 32, 2, 151552, 131072]],
  },
  {
    type: 'internlm2',
    dtype: 'bfloat16',
    columns: COLUMNS,
    rows: [
      ['internlm/internlm2-1_8b internlm2-chat-1_8b internlm2_5-1_8b internlm2_5-1_8b-chat', 2048, 8192, 24, 16, 8, 92544, 32768],
      ['internlm/internlm2-7b internlm2-chat-7b internlm2_5-7b internlm2_5-7b-chat', 4096, 14336, 32, 32, 8, 92544, 32768],
      ['internlm/internlm2-20b internlm2-chat-20b internlm2_5-20b internlm2_5-20b-chat', 6144, 16384, 48, 48, 8, 92544, 32768],
    ],
  },
  {
    type: 'baichuan',
    dtype: 'bfloat16',
    columns: ['hidden_size', 'intermediate_size', 'num_hidden_layers', 'num_attention_heads', 'vocab_size'],
    rows: [
      ['baichuan-inc/Baichuan2-7B-Base Baichuan2-7B-Chat', 4096, 11008, 32, 32, 125696],
      ['baichuan-inc/Baichuan2-13B-Base Baichuan2-13B-Chat', 5120, 13696, 40, 40, 125696],
      ['baichuan-inc/Baichuan-7B', 4096, 11008, 32, 32, 64000],
      ['baichuan-inc/Baichuan-13B-Base Baichuan-13B-Chat', 5120, 13696, 40, 40, 64000],
    ],
  },
  {
    type: 'minicpm',
    dtype: 'bfloat16',
    columns: COLUMNS,
    rows: [['openbmb/MiniCPM-2B-sft-bf16 MiniCPM-2B-dpo-bf16', 2304, 5760, 40, 36, 36, 122753, 4096]],
  },
  {
    type: 'gpt_oss',
    dtype: 'bfloat16',
    columns: [...COLUMNS, 'num_local_experts'],
    all: { head_dim: 64 },
    rows: [
      ['openai/gpt-oss-20b gpt-oss-safeguard-20b', 2880, 2880, 24, 64, 8, 201088, 131072, 32],
      ['openai/gpt-oss-120b', 2880, 2880, 36, 64, 8, 201088, 131072, 128],
    ],
  },
  {
    type: 'seed_oss',
    dtype: 'bfloat16',
    columns: COLUMNS,
    all: { head_dim: 128 },
    rows: [['ByteDance-Seed/Seed-OSS-36B-Base Seed-OSS-36B-Instruct', 5120, 27648, 64, 80, 8, 155136, 524288]],
  },
];
