// What to change in a recipe so that it fits: by the keys of its release.

import { expect, it } from 'vitest';
import { analyse } from '../../../src/service/analyse.ts';
import { leversOf } from '../../../src/service/levers.ts';
import { isTraining } from '../../../src/service/training.ts';
import { environment } from '../../support/environment.ts';

const BASE = 'model_name_or_path: Qwen/Qwen2.5-7B\ndataset_name: d\nper_device_train_batch_size: 8\n';

function levers(text: string): readonly string[] {
  const analysis = analyse(BASE + text, 'train.yaml', environment('H100 80GB', 'en'));
  return isTraining(analysis) ? leversOf(analysis).map(({ title }) => title) : [];
}

it('the type that weights are loaded in is one of them', () => {
  expect(levers('').join('\n')).toContain('Set dtype: bfloat16');
});

it('names of older releases are halved where they stand, and proposed to nobody', () => {
  const older = /max_seq_length|use_liger:|use_flash_attention_2|torch_dtype/;
  expect(levers('dtype: bfloat16\nmax_length: 8192\n').join('\n')).not.toMatch(older);
  const halved = levers('use_peft: true\ntorch_dtype: bfloat16\nmax_seq_length: 16384\n');
  expect(halved.join('\n')).toMatch(/Set max_seq_length: \d+/);
});
