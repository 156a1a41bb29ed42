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

// What MiniMind's own scripts build and PyTorch then holds before the first step (traced, commits d65ef2c and 7d877db).
test.each([
  ['minimind-64m', 63_912_192, 25_165_824],
  ['minimind-218m', 217_355_264, 33_554_432],
  ['minimind-1.05b', 1_059_155_968, 67_108_864],
  ['minimind2-1.05b', 1_032_157_184, 67_108_864],
  ['minimind-104m', 104_030_976, 25_165_824],
])('preset %s is what its script builds, rotary tables included', (preset, parameters, buffers) => {
  expect(parametersOf({ preset })).toBe(parameters);
  const model = resolveModel({ preset }, noFile);
  expect(model.kind === 'known' && model.shape.bufferBytes).toBe(buffers);
});

test('a config.json of MiniMind 3 is told from one of MiniMind 2 by its fields', () => {
  const shared = {
    model_type: 'minimind',
    hidden_size: 768,
    num_hidden_layers: 8,
    num_key_value_heads: 4,
    use_moe: false,
  };
  expect(parametersOf({ config: { ...shared, num_experts: 4 } })).toBe(63_912_192);
  expect(
    parametersOf({ config: { ...shared, num_key_value_heads: 2, num_hidden_layers: 16, n_routed_experts: 4 } }),
  ).toBe(104_030_976);
});
