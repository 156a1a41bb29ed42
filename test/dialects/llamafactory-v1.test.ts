import { describe, expect, it } from 'vitest';
import { readText, told } from './read-fixture.ts';

const BASE = 'model: Qwen/Qwen3-4B\nmodel_class: llm\ntrain_dataset: d.yaml\ndist_config:\n  name: fsdp2\n';
const read = (text: string, around = {}) => readText(BASE + text, around).reading;

describe('the second generation of LLaMA-Factory', () => {
  it('has its own defaults: everything trained in fp32, one row of 2048 tokens, foreach AdamW', () => {
    expect(read('').run).toMatchObject({
      model: { id: 'Qwen/Qwen3-4B' },
      method: { kind: 'full' },
      weights: { dtype: 'fp32' },
      autocast: 'none',
      attention: 'sdpa',
      checkpointing: { kind: 'full', reentrant: false },
      optimizer: { name: 'adamw', implementation: 'foreach' },
      batch: { micro: 1, sequence: 2048 },
      parallel: { strategy: 'fsdp2', paramDtype: 'bf16' },
    });
  });

  it.each([
    ['bf16: false\n', { parallel: { strategy: 'fsdp2' } }],
    ['enable_activation_checkpointing: false\n', { checkpointing: { kind: 'none' } }],
    [
      'peft_config: {name: freeze, freeze_trainable_layers: -3}\n',
      { method: { kind: 'freeze', trainableLayers: -3 }, weights: { trainableDtype: 'fp32' } },
    ],
    ['peft_config: {name: lora}\n', { method: { kind: 'lora', rank: 8, dropout: 0.05, targets: 'all-linear' } }],
    ['optim_config: {name: muon}\n', { optimizer: { name: 'muon' } }],
    ['batching_strategy: padding_free\n', { batch: { packed: true } }],
  ])('%s', (text, expected) => {
    expect(read(text).run).toMatchObject(expected);
  });

  it('leaves the type of frozen weights to the checkpoint', () => {
    expect(read('peft_config: {name: lora}\n').run?.weights).not.toHaveProperty('dtype');
  });

  it('reads a DeepSpeed file', () => {
    const text = BASE.replace('fsdp2', 'deepspeed\n  config_file: ds.json');
    const files = { 'ds.json': '{"zero_optimization": {"stage": 3}}' };
    expect(readText(text, { files }).reading.run?.parallel).toMatchObject({ strategy: 'zero3' });
    expect(readText(text).reading.wanted).toContain('ds.json');
  });

  it('names nested keys by their path', () => {
    expect(told(readText(`${BASE}peft_config: {name: lora, r: none}\n`))).toEqual([
      'unreadable-value peft_config.r @ none',
    ]);
    expect(told(readText(BASE.replace('Qwen/Qwen3-4B', '')))).toEqual(['missing-model model @ model']);
  });

  it.each([
    ['model: a/b\nmodel_class: llm\nsample_backend: hf\ncutoff_len: 8\n', 'inference'],
    [`${BASE}peft_config: {name: lora, export_dir: out}\n`, 'export'],
  ])('%s trains nothing', (text, purpose) => {
    expect(readText(text).reading).toMatchObject({ purpose, run: null });
  });
});
