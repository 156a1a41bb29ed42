// Files as people write them, and the run that ms-swift v4.5.2 makes of each, read by hand in its source.

import { describe, expect, it } from 'vitest';
import { readFixture, readText, told } from '../read-fixture.ts';

const read = (name: string, around = {}) => readFixture(`ms-swift/${name}`, around);
const run = (name: string, around = {}) => read(name, around).reading.run;

describe('adapters', () => {
  it('by default: every linear layer, dropout, checkpointing, sixteen rows a step', () => {
    const { reading } = read('lora-defaults.yaml');
    expect(reading.run).toMatchObject({
      model: { id: 'Qwen/Qwen2.5-7B-Instruct' },
      framework: { name: 'ms-swift', kernels: [] },
      stage: 'sft',
      method: { kind: 'lora', rank: 8, dropout: 0.05, targets: 'all-linear', adapterDtype: 'fp32' },
      autocast: 'bf16',
      attention: 'sdpa',
      mask: 'full',
      loss: { kind: 'full' },
      checkpointing: { kind: 'full', reentrant: true },
      optimizer: { name: 'adamw', implementation: 'fused' },
      batch: { micro: 1, accumulation: 16, sequence: 2048, packed: false },
    });
    expect(reading.run?.weights).not.toHaveProperty('dtype');
    expect(reading.run?.batch).not.toHaveProperty('evalMicro');
    expect(reading.assumed.map((a) => a.why)).toEqual(['gpus-not-in-file', 'usual-length', 'checkpoint-dtype']);
  });

  it('packed, with Liger: rows of full length and no mask', () => {
    expect(run('lora-packed.yaml')).toMatchObject({
      framework: { kernels: ['liger'] },
      method: { rank: 16, dropout: 0, targets: ['q_proj', 'k_proj', 'v_proj'] },
      weights: { dtype: 'bf16' },
      attention: 'flash',
      mask: 'none',
      loss: { kind: 'liger' },
      batch: { micro: 2, accumulation: 2, sequence: 8192, packed: true, evalMicro: 4 },
    });
  });

  it('on 4-bit weights in fp16, with the names of older releases', () => {
    expect(run('qlora.yaml')).toMatchObject({
      method: { kind: 'lora', targets: ['q_proj', 'v_proj'], adapterDtype: 'bf16' },
      weights: { dtype: 'fp16', quantization: 'nf4', quantizer: 'bnb' },
      autocast: 'fp16',
      optimizer: { name: 'adamw', bits: 8, paged: true },
    });
  });

  it('on int8 weights, with saved modules, in JSON', () => {
    expect(run('int8.json')).toMatchObject({
      method: { targets: 'all-linear', modulesToSave: ['embed_tokens', 'lm_head'] },
      weights: { quantization: 'int8' },
    });
  });

  it('on a checkpoint that is quantised already, with DoRA', () => {
    expect(run('gptq.yaml')).toMatchObject({ method: { dora: true }, weights: { quantization: 'gptq' } });
  });

  it('that are trained further keep their rank and layers', () => {
    const files = { 'out/a/adapter_config.json': JSON.stringify({ r: 4, target_modules: ['q_proj'] }) };
    const text = 'model: a/b\ntuner_type: lora\nsplit_dataset_ratio: 0\nadapters: [out/a]\n';
    expect(readText(text, { files }).reading.run?.method).toMatchObject({ rank: 4, targets: ['q_proj'] });
  });
});

describe('full training', () => {
  it('in the type of the weights, rows as long as they are', () => {
    const found = run('full.yaml');
    expect(found).toMatchObject({
      method: { kind: 'full' },
      weights: { dtype: 'bf16', quantization: 'none' },
      autocast: 'bf16',
      mask: 'full',
      checkpointing: { kind: 'none' },
      optimizer: { name: 'adamw', implementation: 'foreach' },
      batch: { micro: 4, accumulation: 4, sequence: 1001 },
    });
    expect(found?.weights).not.toHaveProperty('trainableDtype');
  });

  it('in fp32 weights: computed in fp16', () => {
    expect(run('full-fp32.yaml')).toMatchObject({
      weights: { dtype: 'fp32' },
      autocast: 'fp16',
      attention: 'eager',
      checkpointing: { kind: 'full', reentrant: false },
      batch: { micro: 16, accumulation: 1 },
    });
  });

  it('with GaLore', () => {
    expect(run('galore.yaml')).toMatchObject({ optimizer: { name: 'galore', rank: 64 } });
  });

  it.each([
    ['{"dtype": "float32"}', 'fp16'],
    ['{"torch_dtype": "float16"}', 'fp16'],
    ['{"torch_dtype": "bfloat16"}', 'bf16'],
  ])('computes as the checkpoint is: %s', (config, autocast) => {
    const text = 'model: a/b\ntuner_type: full\nsplit_dataset_ratio: 0\n';
    expect(readText(text, { files: { 'a/b/config.json': config } }).reading.run?.autocast).toBe(autocast);
    expect(readText(`${text}bf16: false\nfp16: false\n`).reading.run?.autocast).toBe('none');
  });
});

describe('several GPUs', () => {
  it('a stage of DeepSpeed by its name; the engine casts the adapters', () => {
    expect(run('zero2.yaml')).toMatchObject({
      method: { adapterDtype: 'bf16' },
      weights: { dtype: 'bf16', master: 'fp32' },
      autocast: 'none',
      parallel: { strategy: 'zero2', offload: 'none', settings: { reduce_bucket_size: 2e8, overlap_comm: false } },
    });
  });

  it('offload, processes and allocator from the environment it sets', () => {
    expect(run('zero3-offload.yaml')).toMatchObject({
      parallel: { gpus: 16, strategy: 'zero3', offload: 'both', settings: { reduce_bucket_size: 'auto' } },
      allocator: { expandableSegments: true },
    });
  });

  it('DDP where only processes are started; checkpointing does not re-enter then', () => {
    expect(run('ddp.yaml')).toMatchObject({
      parallel: { gpus: 2, strategy: 'ddp' },
      checkpointing: { reentrant: false },
      mask: 'none',
      batch: { packed: false },
    });
  });

  it('FSDP2 by its name: trained in fp32, with its own checkpointing', () => {
    expect(run('fsdp2.yaml')).toMatchObject({
      weights: { dtype: 'bf16', trainableDtype: 'fp32' },
      checkpointing: { kind: 'full', reentrant: false },
      parallel: { strategy: 'fsdp2', offload: 'none', paramDtype: 'bf16', settings: { reshardAfterForward: true } },
    });
    const files = {
      'fsdp.json': '{"fsdp": "full_shard auto_wrap offload", "fsdp_config": {"reshard_after_forward": false}}',
    };
    const text =
      'model: a/b\ntuner_type: full\nsplit_dataset_ratio: 0\ngradient_checkpointing: false\nfsdp: fsdp.json\n';
    expect(readText(text, { files }).reading.run).toMatchObject({
      checkpointing: { kind: 'none' },
      parallel: { strategy: 'fsdp2', offload: 'both', settings: { reshardAfterForward: false } },
    });
    expect(readText(text).reading.wanted).toContain('fsdp.json');
  });
});

describe('other stages and engines', () => {
  it('preferences: a loss without Liger’s head, an optimizer of its own', () => {
    expect(run('dpo.yaml')).toMatchObject({
      stage: 'dpo',
      loss: { kind: 'full' },
      framework: { kernels: ['liger'] },
      optimizer: { name: 'muon' },
    });
    expect(told(read('dpo.yaml'))).toEqual([]);
  });

  it('Megatron on Ray: the trainer’s part stands below `train`', () => {
    expect(run('megatron-grpo.yaml')).toMatchObject({
      framework: { name: 'megatron-swift' },
      stage: 'grpo',
      method: { kind: 'lora', rank: 32 },
      batch: { micro: 2, sequence: 4096 },
    });
  });

  it.each([
    ['model: a/b\nattn_impl: sdpa\nquant_bits: 4\nmerge_lora: true\nmodel_author: us\n', 'export'],
    ['model: a/b\nattn_impl: sdpa\npadding_free: false\nmodel_author: us\nstream: true\n', 'inference'],
  ])('%s trains nothing', (text, purpose) => {
    expect(readText(text).reading).toMatchObject({ purpose, run: null });
  });
});

describe('files with mistakes', () => {
  it('names what it cannot read, what does nothing, and what is not modelled', () => {
    expect([...told(read('mistakes.yaml'))].sort()).toEqual([
      'key-without-effect quant_bits @ quant_bits',
      'unknown-key max_lenght @ max_lenght',
      'unreadable-value ENV.NPROC_PER_NODE @ many',
      'unreadable-value attn_impl @ fast',
      'unreadable-value lora_rank @ all',
      'unreadable-value optim @ adamw_tourch',
      'unreadable-value per_device_train_batch_size @ 0',
      'unreadable-value torch_dtype @ float8',
      'unsupported freeze_parameters_ratio @ freeze_parameters_ratio',
      'unsupported tuner_type @ tuner_type',
    ]);
  });

  it('a model that is not there yet', () => {
    expect(readText('model:\ntuner_type: lora\ntarget_modules: all-linear\n').reading).toMatchObject({
      run: null,
      findings: [{ code: 'missing-model', span: { start: 0, end: 5 } }],
    });
  });
});
