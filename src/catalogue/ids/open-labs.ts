// EleutherAI, AI2, BigScience, BigCode, TII, IBM, Cohere, Stability and the GPTs.
// biome-ignore-all format: a table, one row a line

import type { Group } from './rows.ts';

const COLUMNS = ['hidden_size', 'intermediate_size', 'num_hidden_layers', 'num_attention_heads', 'num_key_value_heads', 'vocab_size', 'max_position_embeddings'];
const NEOX = ['hidden_size', 'intermediate_size', 'num_hidden_layers', 'num_attention_heads', 'vocab_size', 'max_position_embeddings'];
const GPT2 = ['n_embd', 'n_layer', 'n_head', 'n_positions', 'vocab_size'];
const OPT = ['hidden_size', 'ffn_dim', 'num_hidden_layers', 'num_attention_heads'];
const tied = { tie_word_embeddings: true };

export const openLabIds: readonly Group[] = [
  {
    type: 'gpt_neox',
    dtype: 'float16',
    columns: NEOX,
    rows: [
      ['EleutherAI/pythia-14m', 128, 512, 6, 4, 50304, 512],
      ['EleutherAI/pythia-31m', 256, 1024, 6, 8, 50304, 1024],
      ['EleutherAI/pythia-70m pythia-70m-deduped', 512, 2048, 6, 8, 50304, 2048],
      ['EleutherAI/pythia-160m pythia-160m-deduped', 768, 3072, 12, 12, 50304, 2048],
      ['EleutherAI/pythia-410m pythia-410m-deduped', 1024, 4096, 24, 16, 50304, 2048],
      ['EleutherAI/pythia-1b pythia-1b-deduped', 2048, 8192, 16, 8, 50304, 2048],
      ['EleutherAI/pythia-1.4b pythia-1.4b-deduped', 2048, 8192, 24, 16, 50304, 2048],
      ['EleutherAI/pythia-2.8b pythia-2.8b-deduped', 2560, 10240, 32, 32, 50304, 2048],
      ['EleutherAI/pythia-6.9b pythia-6.9b-deduped', 4096, 16384, 32, 32, 50432, 2048],
      ['EleutherAI/pythia-12b pythia-12b-deduped', 5120, 20480, 36, 40, 50688, 2048],
      ['EleutherAI/gpt-neox-20b', 6144, 24576, 44, 64, 50432, 2048],
      ['stabilityai/stablelm-base-alpha-3b stablelm-tuned-alpha-3b', 4096, 16384, 16, 32, 50688, 4096],
      ['stabilityai/stablelm-base-alpha-7b stablelm-tuned-alpha-7b', 6144, 24576, 16, 48, 50432, 4096],
      ['stabilityai/stablecode-completion-alpha-3b', 2560, 10240, 32, 32, 49152, 16384],
      ['stabilityai/stablecode-completion-alpha-3b-4k stablecode-instruct-alpha-3b', 2560, 10240, 32, 32, 49152, 4096],
      ['togethercomputer/RedPajama-INCITE-Base-3B-v1 RedPajama-INCITE-Chat-3B-v1', 2560, 10240, 32, 32, 50432, 2048],
      ['databricks/dolly-v2-3b', 2560, 10240, 32, 32, 50280, 2048],
      ['databricks/dolly-v2-12b', 5120, 20480, 36, 40, 50280, 2048],
    ],
  },
  {
    type: 'gpt_neo',
    dtype: 'float32',
    columns: ['hidden_size', 'num_layers', 'num_heads'],
    all: { vocab_size: 50257 },
    rows: [
      ['EleutherAI/gpt-neo-125M', 768, 12, 12],
      ['EleutherAI/gpt-neo-1.3B', 2048, 24, 16],
      ['EleutherAI/gpt-neo-2.7B', 2560, 32, 20],
    ],
  },
  { type: 'gptj', dtype: 'float32', columns: GPT2, rows: [['EleutherAI/gpt-j-6b', 4096, 28, 16, 2048, 50400]] },
  {
    type: 'gpt2',
    dtype: 'float32',
    columns: GPT2,
    rows: [
      ['gpt2 openai-community/gpt2', 768, 12, 12, 1024, 50257],
      ['gpt2-medium openai-community/gpt2-medium', 1024, 24, 16, 1024, 50257],
      ['gpt2-large openai-community/gpt2-large', 1280, 36, 20, 1024, 50257],
      ['gpt2-xl openai-community/gpt2-xl', 1600, 48, 25, 1024, 50257],
      ['distilgpt2 distilbert/distilgpt2', 768, 6, 12, 1024, 50257],
      ['cerebras/Cerebras-GPT-111M', 768, 10, 12, 2048, 50257],
      ['cerebras/Cerebras-GPT-256M', 1088, 14, 17, 2048, 50257],
      ['cerebras/Cerebras-GPT-590M', 1536, 18, 12, 2048, 50257],
      ['cerebras/Cerebras-GPT-1.3B', 2048, 24, 16, 2048, 50257],
      ['cerebras/Cerebras-GPT-2.7B', 2560, 32, 32, 2048, 50257],
      ['cerebras/Cerebras-GPT-6.7B', 4096, 32, 32, 2048, 50257],
      ['cerebras/Cerebras-GPT-13B', 5120, 40, 40, 2048, 50257],
    ],
  },
  {
    type: 'gpt_bigcode',
    dtype: 'float32',
    columns: GPT2,
    rows: [
      ['bigcode/gpt_bigcode-santacoder', 2048, 24, 16, 2048, 49280],
      ['bigcode/starcoderbase-1b', 2048, 24, 16, 8192, 49152],
      ['bigcode/starcoderbase-3b', 2816, 36, 22, 8192, 49152],
      ['bigcode/starcoderbase-7b', 4096, 42, 32, 8192, 49152],
      ['bigcode/starcoderbase bigcode/starcoder', 6144, 40, 48, 8192, 49152],
    ],
  },
  {
    type: 'starcoder2',
    dtype: 'float32',
    columns: COLUMNS,
    rows: [
      ['bigcode/starcoder2-3b', 3072, 12288, 30, 24, 2, 49152, 16384, { sliding_window: 4096 }],
      ['bigcode/starcoder2-7b', 4608, 18432, 32, 36, 4, 49152, 16384, { sliding_window: 4096 }],
      ['bigcode/starcoder2-15b HuggingFaceH4/starchat2-15b-sft-v0.1 starchat2-15b-v0.1', 6144, 24576, 40, 48, 4, 49152, 16384, { sliding_window: 4096, tie_word_embeddings: false, dtype: 'bfloat16' }],
    ],
  },
  {
    type: 'opt',
    dtype: 'float16',
    columns: OPT,
    all: { vocab_size: 50272, max_position_embeddings: 2048 },
    rows: [
      ['facebook/opt-125m', 768, 3072, 12, 12],
      ['facebook/opt-350m', 1024, 4096, 24, 16, { word_embed_proj_dim: 512, do_layer_norm_before: false }],
      ['facebook/opt-1.3b', 2048, 8192, 24, 32],
      ['facebook/opt-2.7b', 2560, 10240, 32, 32],
      ['facebook/opt-6.7b', 4096, 16384, 32, 32],
      ['facebook/opt-13b', 5120, 20480, 40, 40],
      ['facebook/opt-30b', 7168, 28672, 48, 56],
      ['facebook/opt-66b', 9216, 36864, 64, 72],
    ],
  },
  {
    type: 'bloom',
    dtype: 'float16',
    columns: ['hidden_size', 'n_layer', 'n_head'],
    all: { vocab_size: 250880 },
    rows: [
      ['bigscience/bloom-560m bloomz-560m', 1024, 24, 16],
      ['bigscience/bloom-1b1 bloomz-1b1', 1536, 24, 16],
      ['bigscience/bloom-1b7 bloomz-1b7', 2048, 24, 16],
      ['bigscience/bloom-3b bloomz-3b', 2560, 30, 32],
      ['bigscience/bloom-7b1 bloomz-7b1', 4096, 30, 32],
      ['bigscience/bloom bloomz', 14336, 70, 112],
    ],
  },
  {
    type: 'falcon',
    dtype: 'bfloat16',
    columns: ['hidden_size', 'num_hidden_layers', 'num_attention_heads', 'num_kv_heads'],
    all: { vocab_size: 65024, new_decoder_architecture: true },
    rows: [
      ['tiiuae/falcon-7b falcon-7b-instruct', 4544, 32, 71, 71, { new_decoder_architecture: false }],
      ['tiiuae/falcon-40b falcon-40b-instruct', 8192, 60, 128, 8],
      ['tiiuae/falcon-180B falcon-180B-chat', 14848, 80, 232, 8],
    ],
  },
  {
    type: 'mpt',
    dtype: 'bfloat16',
    columns: ['d_model', 'n_layers', 'n_heads'],
    all: { vocab_size: 50432, max_seq_len: 2048 },
    rows: [
      ['mosaicml/mpt-7b mpt-7b-instruct mpt-7b-chat', 4096, 32, 32],
      ['mosaicml/mpt-30b mpt-30b-instruct mpt-30b-chat', 7168, 48, 64, { max_seq_len: 8192 }],
    ],
  },
  {
    type: 'olmo',
    dtype: 'float32',
    columns: COLUMNS,
    rows: [
      ['allenai/OLMo-1B-hf', 2048, 8192, 16, 16, 16, 50304, 2048, tied],
      ['allenai/OLMo-1B-0724-hf', 2048, 8192, 16, 16, 16, 50304, 4096],
      ['allenai/OLMo-7B-hf OLMo-7B-Instruct-hf', 4096, 11008, 32, 32, 32, 50304, 2048],
      ['allenai/OLMo-1.7-7B-hf OLMo-1.7-7B-SFT-hf OLMo-7B-0724-hf', 4096, 11008, 32, 32, 32, 50304, 4096],
    ],
  },
  {
    type: 'olmo2',
    dtype: 'bfloat16',
    columns: COLUMNS,
    rows: [
      ['allenai/OLMo-2-0425-1B OLMo-2-0425-1B-SFT OLMo-2-0425-1B-Instruct', 2048, 8192, 16, 16, 16, 100352, 4096],
      ['allenai/OLMo-2-1124-7B OLMo-2-1124-7B-SFT OLMo-2-1124-7B-DPO OLMo-2-1124-7B-Instruct', 4096, 11008, 32, 32, 32, 100352, 4096],
      ['allenai/OLMo-2-1124-13B OLMo-2-1124-13B-SFT OLMo-2-1124-13B-DPO OLMo-2-1124-13B-Instruct', 5120, 13824, 40, 40, 40, 100352, 4096],
      ['allenai/OLMo-2-0325-32B OLMo-2-0325-32B-Instruct', 5120, 27648, 64, 40, 8, 100352, 4096],
    ],
  },
  {
    type: 'olmo3',
    dtype: 'bfloat16',
    columns: COLUMNS,
    all: { sliding_window: 4096 },
    rows: [
      ['allenai/Olmo-3-7B Olmo-3-7B-Instruct Olmo-3-7B-Instruct-SFT Olmo-3-7B-Think', 4096, 11008, 32, 32, 32, 100278, 65536],
      ['allenai/Olmo-3-32B Olmo-3-32B-Instruct Olmo-3-32B-Think', 5120, 27648, 64, 40, 8, 100278, 65536],
    ],
  },
  {
    type: 'smollm3',
    dtype: 'bfloat16',
    columns: COLUMNS,
    rows: [['HuggingFaceTB/SmolLM3-3B SmolLM3-3B-Base SmolLM3-3B-checkpoints', 2048, 11008, 36, 16, 4, 128256, 65536]],
  },
  {
    type: 'granite',
    dtype: 'bfloat16',
    columns: COLUMNS,
    all: tied,
    rows: [
      ['ibm-granite/granite-3.1-2b-base granite-3.1-2b-instruct granite-3.0-2b-base granite-3.0-2b-instruct', 2048, 8192, 40, 32, 8, 49155, 131072],
      ['ibm-granite/granite-3.1-8b-base granite-3.1-8b-instruct granite-3.0-8b-base granite-3.0-8b-instruct', 4096, 12800, 40, 32, 8, 49155, 131072],
      ['ibm/PowerLM-3b', 2304, 9216, 40, 36, 36, 49152, 4096, { attention_bias: true, mlp_bias: true }],
    ],
  },
  {
    type: 'cohere2',
    dtype: 'bfloat16',
    columns: COLUMNS,
    rows: [
      ['CohereForAI/c4ai-command-r7b-12-2024 CohereLabs/c4ai-command-r7b-12-2024', 4096, 14336, 32, 32, 8, 256000, 132096],
    ],
  },
  {
    type: 'cohere',
    dtype: 'float16',
    columns: COLUMNS,
    rows: [
      ['CohereForAI/c4ai-command-r-v01 CohereLabs/c4ai-command-r-v01', 8192, 22528, 40, 64, 64, 256000, 131072],
      ['CohereForAI/aya-23-8B CohereLabs/aya-23-8B', 4096, 14336, 32, 32, 8, 256000, 8192],
    ],
  },
  {
    type: 'stablelm',
    dtype: 'bfloat16',
    columns: COLUMNS,
    rows: [
      ['stabilityai/stablelm-3b-4e1t stablelm-zephyr-3b', 2560, 6912, 32, 32, 32, 50304, 4096],
      ['stabilityai/stable-code-3b', 2560, 6912, 32, 32, 32, 50304, 16384],
      ['stabilityai/stablelm-2-1_6b stablelm-2-zephyr-1_6b', 2048, 5632, 24, 32, 32, 100352, 4096, { use_qkv_bias: true, dtype: 'float16' }],
    ],
  },
];
