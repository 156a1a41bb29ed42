// The models that torchtune builds by name, and the ones whose shape a config gives as arguments.
// Source: torchtune/models/*/_model_builders.py and _component_builders.py, 0.7.0 (names of 0.4 to 0.6 beside them).
// Deliberately absent: shapes that the catalogue of ids has; vision models, classifiers, Llama 4.
// biome-ignore-all format: a table, one row a line

import type { ModelRef } from '../../memory/run.ts';
import type { KeyReader } from '../key-reader.ts';
import { boolean, integer } from '../value-parsers.ts';

/** How far a builder's rotary table reaches, where the published config says otherwise. */
const far = 131_072;
const near = 32_768;

type Named = readonly [id: string, positions?: number];
const NAMED: Readonly<Record<string, Named>> = {
  llama2_7b: ['meta-llama/Llama-2-7b-hf'],
  llama2_13b: ['meta-llama/Llama-2-13b-hf'],
  llama2_70b: ['meta-llama/Llama-2-70b-hf'],
  code_llama2_7b: ['codellama/CodeLlama-7b-hf'],
  code_llama2_13b: ['codellama/CodeLlama-13b-hf'],
  code_llama2_70b: ['codellama/CodeLlama-70b-hf', 16_384],
  llama3_8b: ['meta-llama/Meta-Llama-3-8B'],
  llama3_70b: ['meta-llama/Meta-Llama-3-70B'],
  llama3_1_8b: ['meta-llama/Llama-3.1-8B'],
  llama3_1_70b: ['meta-llama/Llama-3.1-70B'],
  llama3_1_405b: ['meta-llama/Llama-3.1-405B'],
  llama3_2_1b: ['meta-llama/Llama-3.2-1B'],
  llama3_2_3b: ['meta-llama/Llama-3.2-3B'],
  llama3_3_70b: ['meta-llama/Llama-3.3-70B-Instruct'],
  mistral_7b: ['mistralai/Mistral-7B-v0.1'],
  phi3_mini: ['microsoft/Phi-3-mini-4k-instruct'],
  phi4_14b: ['microsoft/phi-4'],
  gemma_2b: ['google/gemma-2b'],
  gemma_7b: ['google/gemma-7b'],
  gemma2_2b: ['google/gemma-2-2b'],
  gemma2_9b: ['google/gemma-2-9b'],
  gemma2_27b: ['google/gemma-2-27b'],
  qwen2_0_5b: ['Qwen/Qwen2-0.5B', near],
  qwen2_1_5b: ['Qwen/Qwen2-1.5B', near],
  qwen2_7b: ['Qwen/Qwen2-7B', near],
  qwen2_5_0_5b: ['Qwen/Qwen2.5-0.5B'],
  qwen2_5_3b: ['Qwen/Qwen2.5-3B'],
  ...bothOf('qwen2_5', 'Qwen/Qwen2.5', { '1_5b': '1.5B', '7b': '7B', '14b': '14B', '32b': '32B', '72b': '72B' }, [far, near]),
  ...bothOf('qwen3', 'Qwen/Qwen3', { '0_6b': '0.6B', '1_7b': '1.7B', '4b': '4B', '8b': '8B', '14b': '14B' }, [near, 40_960]),
  qwen3_32b: ['Qwen/Qwen3-32B'],
  smollm2_135m: ['HuggingFaceTB/SmolLM2-135M'],
  smollm2_360m: ['HuggingFaceTB/SmolLM2-360M'],
  smollm2_1_7b: ['HuggingFaceTB/SmolLM2-1.7B'],
};

/** Base and instruct models differ in how far they reach; a name without either is the older one of the first. */
function bothOf(
  builder: string,
  id: string,
  sizes: Readonly<Record<string, string>>,
  [base, instruct]: readonly [number, number],
): Record<string, Named> {
  return Object.fromEntries(
    Object.entries(sizes).flatMap(([size, written]): [string, Named][] => [
      [`${builder}_${size}_base`, [`${id}-${written}`, base]],
      [`${builder}_${size}_instruct`, [`${id}-${written}`, instruct]],
      [`${builder}_${size}`, [`${id}-${written}`, base]],
    ]),
  );
}

export const builderNames: readonly string[] = Object.keys(NAMED);

/** Null: no builder of that name is known. */
export function modelNamed(builder: string): ModelRef | null {
  const named = Object.hasOwn(NAMED, builder) ? NAMED[builder] : undefined;
  if (!named) return null;
  const [id, positions] = named;
  return positions ? { id, config: { max_position_embeddings: positions } } : { id };
}

/** Builders that take the shape as arguments, as what they build. */
const GENERIC: Readonly<Record<string, { readonly type: string; readonly tied?: boolean }>> = {
  llama2: { type: 'llama' },
  llama3: { type: 'llama' },
  llama3_1: { type: 'llama' },
  llama3_2: { type: 'llama', tied: true },
  code_llama2: { type: 'llama' },
  mistral: { type: 'mistral' },
  phi3: { type: 'phi3' },
  qwen2: { type: 'qwen2' },
  qwen3: { type: 'qwen3' },
  gemma: { type: 'gemma', tied: true },
  gemma2: { type: 'gemma2', tied: true },
};

export const isGeneric = (builder: string): boolean => Object.hasOwn(GENERIC, builder);

const size = integer(1, 1e7);
const ARGUMENTS = {
  vocab_size: 'vocab_size',
  embed_dim: 'hidden_size',
  num_layers: 'num_hidden_layers',
  num_heads: 'num_attention_heads',
  num_kv_heads: 'num_key_value_heads',
  head_dim: 'head_dim',
  intermediate_dim: 'intermediate_size',
  max_seq_len: 'max_position_embeddings',
} as const;

/** A shape from its arguments. Null where one that has no default is not there. */
export function modelOfArguments(builder: string, keys: KeyReader): ModelRef | null {
  const kind = GENERIC[builder];
  const given = Object.entries(ARGUMENTS).flatMap(([argument, field]): [string, number][] => {
    const read = keys.find(argument, size);
    return read ? [[field, read.value]] : [];
  });
  const fields = Object.fromEntries(given);
  const width = fields.hidden_size;
  if (!kind || !width || !fields.vocab_size || !fields.num_hidden_layers || !fields.num_attention_heads) return null;
  const tied = kind.tied ?? keys.find('tie_word_embeddings', boolean)?.value ?? false;
  return {
    config: { model_type: kind.type, intermediate_size: scaledMlp(width), ...fields, tie_word_embeddings: tied },
  };
}

/** scale_hidden_dim_for_mlp: two thirds of four times the width, up to a multiple of 256. */
const scaledMlp = (width: number): number => Math.ceil(Math.floor((2 * 4 * width) / 3) / 256) * 256;
