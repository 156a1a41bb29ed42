import { describe, expect, test } from 'vitest';
import { resolveModel } from '../../src/catalogue/resolve-model.ts';
import { parameterCount } from '../../src/memory/shape.ts';

const noFile = () => null;
const baseOf = (id: string) => {
  const model = resolveModel({ id }, noFile);
  return model.kind === 'known' ? [model.source, model.base] : [model.why];
};

describe('a name that is not the catalogue’s own leads to the model it means', () => {
  test.each([
    // casing, slashes, folders, caches
    ['qwen/qwen2.5-7b-instruct/', 'Qwen/Qwen2.5-7B-Instruct'],
    ['/data/models/Qwen2.5-7B-Instruct', 'Qwen/Qwen2.5-7B-Instruct'],
    ['C:\\models\\Qwen2.5-7B-Instruct', 'Qwen/Qwen2.5-7B-Instruct'],
    [
      '~/.cache/huggingface/hub/models--Qwen--Qwen3-8B/snapshots/8268fe3026cb304910457689366670e803a6fd56',
      'Qwen/Qwen3-8B',
    ],
    ['/root/.cache/modelscope/hub/Qwen/Qwen2___5-7B-Instruct', 'Qwen/Qwen2.5-7B-Instruct'],
    ['saves/llama3-8b/lora/sft', 'meta-llama/Meta-Llama-3-8B'],
    // mirrors and ModelScope
    ['unsloth/Meta-Llama-3.1-8B-Instruct', 'meta-llama/Meta-Llama-3.1-8B-Instruct'],
    ['NousResearch/Meta-Llama-3-8B', 'meta-llama/Meta-Llama-3-8B'],
    ['NousResearch/Llama-2-7b-hf', 'meta-llama/Llama-2-7b-hf'],
    ['LLM-Research/Meta-Llama-3-8B-Instruct', 'meta-llama/Meta-Llama-3-8B-Instruct'],
    ['modelscope/Llama-2-7b-ms', 'meta-llama/Llama-2-7b-hf'],
    // quantised copies
    ['unsloth/llama-3-8b-bnb-4bit', 'meta-llama/Llama-3-8B'],
    ['unsloth/Qwen2.5-7B-Instruct-unsloth-bnb-4bit', 'Qwen/Qwen2.5-7B-Instruct'],
    ['Qwen/Qwen2.5-7B-Instruct-AWQ', 'Qwen/Qwen2.5-7B-Instruct'],
    ['Qwen/Qwen2.5-72B-Instruct-GPTQ-Int4', 'Qwen/Qwen2.5-72B-Instruct'],
    ['Qwen/Qwen3-1.7B-FP8', 'Qwen/Qwen3-1.7B'],
    ['TechxGenus/Meta-Llama-3-8B-Instruct-GPTQ', 'meta-llama/Meta-Llama-3-8B-Instruct'],
    ['ISTA-DASLab/Meta-Llama-3-8B-Instruct-AQLM-2Bit-1x16', 'meta-llama/Meta-Llama-3-8B-Instruct'],
    ['unsloth/gpt-oss-120b-BF16', 'openai/gpt-oss-120b'],
    ['opensourcerelease/DeepSeek-V3-bf16', 'deepseek-ai/DeepSeek-V3'],
    ['nvidia/Qwen3-30B-A3B-NVFP4', 'Qwen/Qwen3-30B-A3B'],
    // fine-tunes
    ['deepseek-r1-distill-qwen-7b', 'deepseek-ai/DeepSeek-R1-Distill-Qwen-7B'],
    ['princeton-nlp/Llama-3-Base-8B-SFT', 'meta-llama/Meta-Llama-3-8B'],
    ['philschmid/llama-3-1-8b-math-orca-spectrum-10k-ep1', 'meta-llama/Llama-3.1-8B'],
    ['open-r1/Qwen2.5-Math-7B-RoPE-300k', 'Qwen/Qwen2.5-Math-7B'],
    ['mhenrichsen/gemma-7b', 'google/gemma-7b'],
    ['cat-searcher/gemma-2-9b-it-dpo-iter-1', 'google/gemma-2-9b'],
    ['BramVanroy/gpt2-sft-dutch', 'gpt2'],
    ['loubnabnl/smollm2-360M-sft', 'HuggingFaceTB/SmolLM2-360M'],
    ['me/my_mistral_7b_v0.3_chat', 'mistralai/Mistral-7B-v0.3'],
  ])('%s', (id, base) => {
    const [source, found] = baseOf(id);
    expect([source, found]).toEqual(['id', base]);
  });
});

test.each([
  ['my-llama-13b', 'llama', 13e9],
  ['/models/qwen-9b-custom', 'qwen', 9e9],
  ['someone/Llama-3.1-Storm-8B', 'llama', 8e9],
  ['acme/mistral-12b', 'mistral', 12e9],
  ['deepcogito/cogito-v1-preview-qwen-14B', 'qwen2', 14e9],
  ['deepcogito/cogito-v1-preview-llama-3B', 'llama', 3e9],
])('%s is guessed from its size, with a stated width', (id, family, size) => {
  const model = resolveModel({ id }, noFile);
  if (model.kind === 'unknown') expect.fail(`${model.why}: ${model.detail}`);
  expect(model.source).toBe('name');
  expect(model.width).toBeGreaterThan(0);
  expect(model.shape.family.startsWith(family)).toBe(true);
  expect(Math.abs(parameterCount(model.shape) / size - 1)).toBeLessThanOrEqual(model.width);
});

test.each([
  'Qwen/Qwen2.5-Omni-7B',
  'Qwen/Qwen3.5-9B',
  'Qwen/Qwen3.5-35B-A3B',
  'google/gemma-4-31B',
  'meta-llama/Llama-4-Scout-17B-16E-Instruct',
  'tiiuae/Falcon-H1-7B-Instruct',
  'unsloth/Llama-3.2-11B-Vision-Instruct',
  'acme/secret-model',
  '/data/out/checkpoint-500',
  'model',
  '',
])('%s is not mistaken for a language model it is not', (id) => {
  const model = resolveModel({ id }, noFile);
  expect(model.kind === 'known' ? model.source : model.kind).toBe('unknown');
});

test('a slip of the finger gets the names near it', () => {
  const model = resolveModel({ id: 'Qwen/Qwem2.5-7B-Instrct' }, noFile);
  expect(model).toMatchObject({ kind: 'unknown', why: 'id-not-in-catalogue' });
  expect(model.kind === 'unknown' && model.near).toContain('Qwen/Qwen2.5-7B-Instruct');
  const preset = resolveModel({ preset: 'minimind-216m' }, noFile);
  expect(preset).toMatchObject({ kind: 'unknown', why: 'unknown-preset' });
  expect(preset.kind === 'unknown' && preset.near).toContain('minimind-218m');
});
