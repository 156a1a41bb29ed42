// Files that launchers and trainers join, read by themselves.

import { describe, expect, it } from 'vitest';
import { readAccelerateText } from '../../src/dialects/hugging-face/accelerate-file.ts';
import { readText } from './read-fixture.ts';

const RECIPE = 'model_name_or_path: Qwen/Qwen2.5-7B\ndataset_name: d\naccelerate_config: a.yaml\n';
const launched = (file: string, files: Record<string, string | null> = {}) =>
  readText(RECIPE, { files: { 'a.yaml': file, ...files } }).reading;

describe('accelerate files', () => {
  it.each([
    ['distributed_type: "NO"\nnum_processes: 8\n', { kind: 'one', gpus: 1 }],
    ['distributed_type: NO\n', { kind: 'one', gpus: 1 }],
    ['distributed_type: MULTI_GPU\nnum_processes: 4\nmixed_precision: "no"\n', { kind: 'ddp', mixedPrecision: 'none' }],
    ['distributed_type: DEEPSPEED\n', { kind: 'deepspeed', deepspeed: { strategy: 'zero2' } }],
    [
      'distributed_type: DEEPSPEED\ndeepspeed_config: {zero_stage: 3, offload_param_device: cpu}\n',
      { deepspeed: { strategy: 'zero3', offload: 'parameters' } },
    ],
    ['distributed_type: FSDP\n', { fsdp: { version: 1, sharding: 'FULL_SHARD', reshards: true } }],
    ['distributed_type: FSDP\nfsdp_config: {fsdp_sharding_strategy: 2}\n', { fsdp: { sharding: 'SHARD_GRAD_OP' } }],
    [
      'distributed_type: FSDP\nfsdp_config: {fsdp_version: 2, fsdp_reshard_after_forward: false, fsdp_offload_params: true}\n',
      { fsdp: { version: 2, reshards: false, offload: true } },
    ],
    [
      'distributed_type: FSDP\nparallelism_config: {parallelism_config_cp_size: 2, parallelism_config_tp_size: 4}\n',
      { parallel: { context: 2, tensor: 4 } },
    ],
    ['distributed_type: MEGATRON_LM\n', { kind: 'other' }],
  ])('%j', (text, expected) => {
    expect(readAccelerateText(text)).toMatchObject(expected);
  });

  it('anything else is none', () => {
    for (const text of ['', '[]', 'services: {}\n', '{{', 'compute_environment: LOCAL_MACHINE\n'])
      expect(readAccelerateText(text)).toBeNull();
  });
});

describe('what a recipe makes of them', () => {
  it('a DeepSpeed file that the accelerate file names', () => {
    const acc = 'distributed_type: DEEPSPEED\nnum_processes: 8\ndeepspeed_config: {deepspeed_config_file: ds.json}\n';
    const zero = '{"zero_optimization": {"stage": 1}}';
    expect(launched(acc, { 'ds.json': zero }).run?.parallel).toMatchObject({ gpus: 8, strategy: 'zero1' });
    expect(launched(acc).wanted).toContain('ds.json');
    const [missing] = launched(acc, { 'ds.json': null }).findings;
    expect(missing).toMatchObject({ code: 'missing-file', args: { path: 'ds.json' } });
    expect(RECIPE.slice(missing?.span.start, missing?.span.end)).toBe('a.yaml');
  });

  it('its type counts only where the recipe has none', () => {
    const acc = 'distributed_type: MULTI_GPU\nnum_processes: 2\nmixed_precision: fp16\n';
    expect(launched(acc).run).toMatchObject({ autocast: 'bf16', parallel: { gpus: 2, strategy: 'ddp' } });
    const without = readText(`${RECIPE}bf16: false\n`, { files: { 'a.yaml': acc } }).reading.run;
    expect(without?.autocast).toBe('fp16');
  });

  it('a launcher that is not known leaves nothing certain', () => {
    const { findings } = launched('distributed_type: MEGATRON_LM\nnum_processes: 8\n');
    expect(findings).toMatchObject([{ code: 'unsupported', args: { field: 'parallel.strategy' } }]);
  });

  it('something else under that name is told at the key', () => {
    expect(launched('services: {}\n').findings).toMatchObject([
      { code: 'unreadable-value', args: { key: 'accelerate_config', got: 'a.yaml' } },
    ]);
  });

  it.each([
    ['zero3', { strategy: 'zero3', gpus: 8 }],
    ['fsdp2', { strategy: 'fsdp2', gpus: 8 }],
    ['fsdp1', { strategy: 'fsdp1', gpus: 8 }],
    ['multi_gpu', { strategy: 'ddp', gpus: 8 }],
    ['single_gpu', { gpus: 1 }],
  ])('the file %s that TRL brings along', (name, expected) => {
    const text = RECIPE.replace('a.yaml', name);
    expect(readText(text).reading.run?.parallel).toMatchObject(expected);
    expect(readText(`${text}num_processes: 2\n`).reading.run?.parallel?.gpus).toBe(2);
  });
});
