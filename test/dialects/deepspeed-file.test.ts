import { describe, expect, it } from 'vitest';
import { guessDeepspeed, readDeepspeedText } from '../../src/dialects/deepspeed-file.ts';

describe('the name of a DeepSpeed file', () => {
  it.each([
    ['examples/deepspeed/ds_z0_config.json', 'ddp', 'none'],
    ['ds_z2_config.json', 'zero2', 'none'],
    ['ds_z2_offload_config.json', 'zero2', 'optimizer'],
    ['C:\\conf\\ds_z3_offload_config.json', 'zero3', 'both'],
    ['configs/zero1.json', 'zero1', 'none'],
    ['deepspeed_zero3.yaml', 'zero3', 'none'],
    ['stage3.json', 'zero3', 'none'],
    ['zero_stage2.json', 'zero2', 'none'],
  ])('%s', (path, strategy, offload) => {
    expect(guessDeepspeed(path)).toMatchObject({ strategy, offload });
  });
  it.each(['ds_config.json', 'deepspeed.json', 'size3.json', ''])('%j says nothing', (path) => {
    expect(guessDeepspeed(path)).toBeNull();
  });
});

describe('the content of a DeepSpeed file', () => {
  it.each([
    ['{}', 'ddp', 'none'],
    ['{"zero_optimization": {"stage": 1}}', 'zero1', 'none'],
    ['{"zero_optimization": {"stage": 2, "cpu_offload": true}}', 'zero2', 'optimizer'],
    ['{"zero_optimization": {"stage": 2, "offload_param": {"device": "cpu"}}}', 'zero2', 'none'],
    ['{"zero_optimization": {"stage": 3, "offload_param": {"device": "nvme"}}}', 'zero3', 'parameters'],
    [
      '{"zero_optimization": {"stage": 3, "offload_param": {"device": "cpu"}, "offload_optimizer": {"device": "cpu"}}}',
      'zero3',
      'both',
    ],
    ['{"zero_optimization": {"stage": 7}}', 'ddp', 'none'],
    ['{"zero_optimization": {"stage": 3, ', 'zero3', 'none'],
  ])('%s', (content, strategy, offload) => {
    expect(readDeepspeedText(content)).toMatchObject({ strategy, offload });
  });
  it('keeps numbers, switches and "auto", which the hidden size decides', () => {
    const content =
      '{"zero_optimization": {"stage": 3, "sub_group_size": 1e9, "reduce_bucket_size": "auto", "overlap_comm": true}}';
    expect(readDeepspeedText(content)?.settings).toEqual({
      sub_group_size: 1e9,
      reduce_bucket_size: 'auto',
      overlap_comm: true,
    });
  });
  it('is nothing without a mapping', () => {
    expect(readDeepspeedText('[]')).toBeNull();
    expect(readDeepspeedText('')).toBeNull();
  });
});
