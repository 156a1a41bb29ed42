// Forty published totals, each to the last parameter. The totals are the hub's own counts of the checkpoints' tensors.
import { expect, test } from 'vitest';
import { resolveModel } from '../../src/catalogue/resolve-model.ts';
import { parameterCount } from '../../src/memory/shape.ts';

test.each([
  ['meta-llama/Llama-2-7b-hf', 6_738_415_616],
  ['meta-llama/Meta-Llama-3-8B', 8_030_261_248],
  ['meta-llama/Llama-3.2-1B', 1_235_814_400],
  ['meta-llama/Llama-3.2-3B', 3_212_749_824],
  ['meta-llama/Llama-3.1-70B', 70_553_706_496],
  ['mistralai/Mistral-7B-v0.1', 7_241_732_096],
  ['Qwen/Qwen2.5-0.5B', 494_032_768],
  ['Qwen/Qwen2.5-1.5B', 1_543_714_304],
  ['Qwen/Qwen2.5-7B', 7_615_616_512],
  ['Qwen/Qwen3-0.6B', 596_049_920],
  ['Qwen/Qwen3-1.7B', 1_720_574_976],
  ['Qwen/Qwen3-4B', 4_022_468_096],
  ['Qwen/Qwen3-8B', 8_190_735_360],
  ['mistralai/Mixtral-8x7B-v0.1', 46_702_792_704],
  ['Qwen/Qwen3-30B-A3B', 30_532_122_624],
  ['Qwen/Qwen1.5-MoE-A2.7B', 14_315_784_192],
  ['google/gemma-2b', 2_506_172_416],
  ['google/gemma-7b', 8_537_680_896],
  ['google/gemma-2-2b', 2_614_341_888],
  ['google/gemma-2-9b', 9_241_705_984],
  ['google/gemma-3-1b-it', 999_885_952],
  ['microsoft/Phi-3-mini-4k-instruct', 3_821_079_552],
  ['microsoft/phi-2', 2_779_683_840],
  ['EleutherAI/pythia-1b', 1_011_781_632],
  ['gpt2', 124_439_808],
  ['facebook/opt-125m', 125_239_296],
  ['bigscience/bloom-560m', 559_214_592],
  ['tiiuae/falcon-7b', 6_921_720_704],
  ['bigcode/starcoder2-3b', 3_030_371_328],
  ['allenai/OLMo-2-1124-7B', 7_298_617_344],
  ['THUDM/GLM-4-9B-0414', 9_400_279_040],
  ['openai/gpt-oss-20b', 20_914_757_184],
  ['openai/gpt-oss-120b', 116_829_156_672],
  ['deepseek-ai/DeepSeek-V2-Lite', 15_706_484_224],
  ['deepseek-ai/DeepSeek-V3', 671_026_404_352],
  ['HuggingFaceTB/SmolLM3-3B', 3_075_098_624],
  ['HuggingFaceTB/SmolLM2-1.7B', 1_711_376_384],
  ['TinyLlama/TinyLlama-1.1B-Chat-v1.0', 1_100_048_384],
  ['Qwen/Qwen3-Next-80B-A3B', 79_674_391_296],
  ['CohereForAI/c4ai-command-r7b-12-2024', 8_028_033_024],
  // Beyond the forty: shapes with a rule of their own.
  ['facebook/opt-350m', 331_196_416],
  ['Qwen/Qwen-7B', 7_721_324_544],
  ['ByteDance-Seed/Seed-OSS-36B-Instruct', 36_151_104_512],
  ['google/gemma-3-270m', 268_098_176],
  ['Qwen/Qwen1.5-110B', 111_209_914_368],
])('%s', (id, parameters) => {
  const model = resolveModel({ id }, () => null);
  expect(model.kind === 'known' ? parameterCount(model.shape) : `${model.why}: ${model.detail}`).toBe(parameters);
});
