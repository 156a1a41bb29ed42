import { expect, test } from 'vitest';
import { resolveModel } from '../../src/catalogue/resolve-model.ts';
import type { ModelRef } from '../../src/memory/run.ts';
import { parameterCount } from '../../src/memory/shape.ts';

const noFile = () => null;
const parametersOf = (ref: ModelRef) => {
  const model = resolveModel(ref, noFile);
  return model.kind === 'known' ? parameterCount(model.shape) : `${model.why}: ${model.detail}`;
};

test.each([
  ['minimind-26m', 25_829_888],
  ['minimind-64m', 63_912_192],
  ['minimind-104m', 104_030_976],
  ['minimind-145m-moe', 145_029_760],
  ['minimind-198m-moe', 198_416_640],
  ['minimind-v1-26m', 26_878_464],
  ['minimind-v1-108m', 108_749_568],
  ['minimind-v1-moe', 96_100_864],
])('preset %s holds the parameters its authors count', (preset, parameters) => {
  expect(parametersOf({ preset })).toBe(parameters);
});

test.each([
  ['meta-llama/Llama-2-7b-hf', 6_738_415_616],
  ['meta-llama/Meta-Llama-3-8B', 8_030_261_248],
  ['meta-llama/Llama-3.2-1B', 1_235_814_400],
])('%s', (id, parameters) => {
  expect(parametersOf({ id })).toBe(parameters);
});
