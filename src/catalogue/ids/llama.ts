// Meta's Llama, its mirrors' own ids, and the models of other makers that are saved as `llama`.
// biome-ignore-all format: a table, one row a line

import type { Group } from './rows.ts';

const COLUMNS = ['hidden_size', 'intermediate_size', 'num_hidden_layers', 'num_attention_heads', 'num_key_value_heads', 'vocab_size', 'max_position_embeddings'];
const tied = { tie_word_embeddings: true };

export const llamaIds: readonly Group[] = [
  {
    type: 'llama',
    dtype: 'bfloat16',
    columns: COLUMNS,
    rows: [
      ['meta-llama/Llama-3.1-8B Llama-3.1-8B-Instruct Meta-Llama-3.1-8B Meta-Llama-3.1-8B-Instruct Llama-Guard-3-8B nvidia/Llama-3.1-Nemotron-Nano-8B-v1', 4096, 14336, 32, 32, 8, 128256, 131072],
      ['meta-llama/Llama-3.1-70B Llama-3.1-70B-Instruct Meta-Llama-3.1-70B Meta-Llama-3.1-70B-Instruct Llama-3.3-70B-Instruct nvidia/Llama-3.1-Nemotron-70B-Instruct-HF', 8192, 28672, 80, 64, 8, 128256, 131072],
      ['meta-llama/Llama-3.1-405B Llama-3.1-405B-Instruct Meta-Llama-3.1-405B Meta-Llama-3.1-405B-Instruct', 16384, 53248, 126, 128, 8, 128256, 131072],
      ['meta-llama/Llama-3.2-1B Llama-3.2-1B-Instruct', 2048, 8192, 16, 32, 8, 128256, 131072, { head_dim: 64, ...tied }],
      ['meta-llama/Llama-3.2-3B Llama-3.2-3B-Instruct', 3072, 8192, 28, 24, 8, 128256, 131072, { head_dim: 128, ...tied }],
      ['meta-llama/Meta-Llama-3-8B Meta-Llama-3-8B-Instruct Llama-3-8B Llama-3-8B-Instruct', 4096, 14336, 32, 32, 8, 128256, 8192],
      ['meta-llama/Meta-Llama-3-70B Meta-Llama-3-70B-Instruct Llama-3-70B Llama-3-70B-Instruct', 8192, 28672, 80, 64, 8, 128256, 8192],
      ['allenai/Llama-3.1-Tulu-3-8B Llama-3.1-Tulu-3-8B-SFT Llama-3.1-Tulu-3-8B-DPO', 4096, 14336, 32, 32, 8, 128264, 131072],
      ['allenai/Llama-3.1-Tulu-3-70B Llama-3.1-Tulu-3-70B-SFT Llama-3.1-Tulu-3-70B-DPO', 8192, 28672, 80, 64, 8, 128264, 131072],
      ['deepseek-ai/DeepSeek-R1-Distill-Llama-8B', 4096, 14336, 32, 32, 8, 128256, 131072],
      ['deepseek-ai/DeepSeek-R1-Distill-Llama-70B', 8192, 28672, 80, 64, 8, 128256, 131072],
      ['codellama/CodeLlama-7b-hf CodeLlama-7b-Instruct-hf', 4096, 11008, 32, 32, 32, 32016, 16384],
      ['codellama/CodeLlama-13b-hf CodeLlama-13b-Instruct-hf', 5120, 13824, 40, 40, 40, 32016, 16384],
      ['codellama/CodeLlama-7b-Python-hf', 4096, 11008, 32, 32, 32, 32000, 16384],
      ['codellama/CodeLlama-13b-Python-hf', 5120, 13824, 40, 40, 40, 32000, 16384],
      ['codellama/CodeLlama-34b-hf CodeLlama-34b-Python-hf CodeLlama-34b-Instruct-hf', 8192, 22016, 48, 64, 8, 32000, 16384],
      ['codellama/CodeLlama-70b-hf CodeLlama-70b-Python-hf CodeLlama-70b-Instruct-hf', 8192, 28672, 80, 64, 8, 32016, 16384],
      ['01-ai/Yi-6B Yi-6B-Chat Yi-1.5-6B Yi-1.5-6B-Chat', 4096, 11008, 32, 32, 4, 64000, 4096],
      ['01-ai/Yi-9B Yi-1.5-9B Yi-1.5-9B-Chat', 4096, 11008, 48, 32, 4, 64000, 4096],
      ['01-ai/Yi-34B Yi-34B-Chat Yi-1.5-34B Yi-1.5-34B-Chat', 7168, 20480, 60, 56, 8, 64000, 4096],
      ['deepseek-ai/deepseek-llm-7b-base deepseek-llm-7b-chat deepseek-math-7b-base deepseek-math-7b-instruct', 4096, 11008, 30, 32, 32, 102400, 4096],
      ['deepseek-ai/deepseek-llm-67b-base deepseek-llm-67b-chat', 8192, 22016, 95, 64, 8, 102400, 4096],
      ['deepseek-ai/deepseek-coder-1.3b-base deepseek-coder-1.3b-instruct', 2048, 5504, 24, 16, 16, 32256, 16384],
      ['deepseek-ai/deepseek-coder-6.7b-base deepseek-coder-6.7b-instruct', 4096, 11008, 32, 32, 32, 32256, 16384],
      ['deepseek-ai/deepseek-coder-33b-base deepseek-coder-33b-instruct', 7168, 19200, 62, 56, 8, 32256, 16384],
      ['TinyLlama/TinyLlama-1.1B-Chat-v1.0', 2048, 5632, 22, 32, 4, 32000, 2048],
      ['HuggingFaceTB/SmolLM2-135M SmolLM2-135M-Instruct SmolLM-135M SmolLM-135M-Instruct', 576, 1536, 30, 9, 3, 49152, 8192, tied],
      ['HuggingFaceTB/SmolLM2-360M SmolLM2-360M-Instruct SmolLM-360M SmolLM-360M-Instruct', 960, 2560, 32, 15, 5, 49152, 8192, tied],
      ['HuggingFaceTB/SmolLM2-1.7B SmolLM2-1.7B-Instruct SmolLM-1.7B SmolLM-1.7B-Instruct', 2048, 8192, 24, 32, 32, 49152, 8192, tied],
      ['tiiuae/Falcon3-1B-Base Falcon3-1B-Instruct', 2048, 8192, 18, 8, 4, 131072, 4096, { head_dim: 256 }],
      ['tiiuae/Falcon3-3B-Base Falcon3-3B-Instruct', 3072, 9216, 22, 12, 4, 131072, 32768, { head_dim: 256 }],
      ['tiiuae/Falcon3-7B-Base Falcon3-7B-Instruct', 3072, 23040, 28, 12, 4, 131072, 32768, { head_dim: 256 }],
      ['tiiuae/Falcon3-10B-Base Falcon3-10B-Instruct', 3072, 23040, 40, 12, 4, 131072, 32768, { head_dim: 256 }],
      ['BSC-LT/salamandra-2b salamandra-2b-instruct', 2048, 5440, 24, 16, 16, 256000, 8192],
      ['BSC-LT/salamandra-7b salamandra-7b-instruct', 4096, 11008, 32, 32, 8, 256000, 8192],
      ['ByteDance-Seed/Seed-Coder-8B-Base Seed-Coder-8B-Instruct Seed-Coder-8B-Reasoning', 4096, 14336, 32, 32, 8, 155136, 32768],
    ],
  },
  {
    type: 'llama',
    dtype: 'float16',
    columns: COLUMNS,
    rows: [
      ['huggyllama/llama-7b decapoda-research/llama-7b-hf Neko-Institute-of-Science/LLaMA-7B', 4096, 11008, 32, 32, 32, 32000, 2048],
      ['huggyllama/llama-13b decapoda-research/llama-13b-hf', 5120, 13824, 40, 40, 40, 32000, 2048],
      ['huggyllama/llama-30b decapoda-research/llama-30b-hf garage-bAInd/Platypus-30B', 6656, 17920, 60, 52, 52, 32000, 2048],
      ['huggyllama/llama-65b decapoda-research/llama-65b-hf', 8192, 22016, 80, 64, 64, 32000, 2048],
      ['meta-llama/Llama-2-7b-hf Llama-2-7b-chat-hf Llama-2-7b Llama-2-7b-chat lmsys/vicuna-7b-v1.5 garage-bAInd/Platypus2-7B Trelis/Llama-2-7b-chat-hf-function-calling-v2 togethercomputer/LLaMA-2-7B-32K', 4096, 11008, 32, 32, 32, 32000, 4096],
      ['meta-llama/Llama-2-13b-hf Llama-2-13b-chat-hf Llama-2-13b Llama-2-13b-chat lmsys/vicuna-13b-v1.5 garage-bAInd/Platypus2-13B Camel-Platypus2-13B Stable-Platypus2-13B', 5120, 13824, 40, 40, 40, 32000, 4096],
      ['meta-llama/Llama-2-70b-hf Llama-2-70b-chat-hf Llama-2-70b Llama-2-70b-chat stabilityai/FreeWilly2 garage-bAInd/Platypus2-70B Camel-Platypus2-70B Platypus2-70B-instruct', 8192, 28672, 80, 64, 8, 32000, 4096],
      ['openlm-research/open_llama_3b open_llama_3b_v2 open_llama_3b_600bt_preview', 3200, 8640, 26, 32, 32, 32000, 2048],
      ['openlm-research/open_llama_7b open_llama_7b_v2', 4096, 11008, 32, 32, 32, 32000, 2048],
      ['openlm-research/open_llama_13b', 5120, 13824, 40, 40, 40, 32000, 2048],
    ],
  },
  {
    type: 'llama',
    dtype: 'float32',
    columns: COLUMNS,
    rows: [
      ['TinyLlama/TinyLlama-1.1B-intermediate-step-1431k-3T TinyLlama_v1.1', 2048, 5632, 22, 32, 4, 32000, 2048],
      ['keeeeenw/MicroLlama', 1024, 5632, 12, 16, 4, 32000, 2048],
      ['hf-internal-testing/tiny-random-LlamaForCausalLM', 16, 64, 2, 4, 4, 32000, 2048],
    ],
  },
  {
    type: 'llava',
    dtype: 'float16',
    columns: [],
    rows: [
      ['llava-hf/llava-1.5-7b-hf', { text_config: { vocab_size: 32064, max_position_embeddings: 4096 } }],
      ['llava-hf/llava-1.5-13b-hf', { text_config: { vocab_size: 32064, max_position_embeddings: 4096, hidden_size: 5120, intermediate_size: 13824, num_hidden_layers: 40, num_attention_heads: 40 } }],
    ],
  },
];
