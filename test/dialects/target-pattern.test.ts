import { expect, it } from 'vitest';
import { namesOfPattern } from '../../src/dialects/hugging-face/target-pattern.ts';

it.each([
  ['q_proj', ['q_proj']],
  ['model.layers.[\\d]+.(mlp|self_attn).(up|q)_proj', ['up_proj', 'q_proj']],
  [
    '^(model\\.layers\\.\\d+\\.(mlp\\.(gate|up)_proj|self_attn\\.[qk]_proj)|visual\\.fc[12])$',
    ['gate_proj', 'up_proj', 'q_proj', 'k_proj', 'fc1', 'fc2'],
  ],
  ['layers.*.(?:_checkpoint_wrapped_module.)?mlp.down_proj', ['down_proj']],
])('%s ends in %j', (pattern, names) => {
  expect(namesOfPattern(pattern)).toEqual(names);
});

it.each([
  ['.*\\.layers\\.(3|7)\\.self_attn\\.q_proj', 'layers by their number'],
  ['(?!x)q_proj', 'a look-around'],
  ['.*proj', 'any name'],
  ['(q_proj', 'an open group'],
  ['q_proj)', 'a stray end'],
  ['*', 'nothing to repeat'],
  ['[ab', 'an open class'],
  ['(a|b){9', 'an open count'],
  ['(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)', 'more than a list of layers'],
])('%s is left alone: %s', (pattern) => {
  expect(namesOfPattern(pattern)).toBeNull();
});
