// Files as people write them, and the run that axolotl v0.18.0 makes of each, read by hand in its source.

import { describe, expect, it } from 'vitest';
import { specs } from '../../../src/dialects/axolotl/keys/keys.ts';
import { readFixture, readText, told } from '../read-fixture.ts';

const read = (name: string, around = {}) => readFixture(`axolotl/${name}`, around);
const run = (name: string, around = {}) => read(name, around).reading.run;

describe('full training', () => {
  it('with flash attention: bf16 weights, packed rows without a mask', () => {
    expect(run('full-flash.yaml')).toMatchObject({
      model: { id: 'meta-llama/Llama-3.2-3B' },
      framework: { name: 'axolotl', kernels: [], compile: false },
      stage: 'sft',
      method: { kind: 'full' },
      weights: { dtype: 'bf16', quantization: 'none' },
      autocast: 'bf16',
      attention: 'flash',
      mask: 'none',
      loss: { kind: 'full' },
      checkpointing: { kind: 'full', reentrant: true, offload: false },
      optimizer: { name: 'adamw', implementation: 'fused' },
      batch: { micro: 2, accumulation: 8, sequence: 4096, packed: true, evalMicro: 2 },
      clip: true,
    });
    expect(run('full-flash.yaml')?.weights).not.toHaveProperty('kbitUpcast');
  });

  it('without it: embeddings and norms in fp32, rows of a multiple of 64, no checkpointing unless asked for', () => {
    const found = run('full-sdpa.yaml');
    expect(found).toMatchObject({
      weights: { dtype: 'bf16', kbitUpcast: 'norms and embeddings' },
      attention: 'sdpa',
      mask: 'padded',
      checkpointing: { kind: 'none' },
      optimizer: { name: 'adafactor' },
      batch: { micro: 4, accumulation: 1, sequence: 1024, packed: false },
      clip: false,
    });
    expect(found?.batch).not.toHaveProperty('evalMicro');
    expect(read('full-sdpa.yaml').reading.assumed.map((a) => a.why)).toContain('rows-at-cutoff');
  });

  it('on raw text: Muon, a loss by pieces, bf16 without autocast', () => {
    expect(run('pretrain.yaml')).toMatchObject({
      stage: 'pretrain',
      weights: { dtype: 'bf16' },
      autocast: 'none',
      mask: 'padded',
      loss: { kind: 'chunked', chunks: 4, scope: 'loss' },
      optimizer: { name: 'muon' },
      batch: { micro: 8, sequence: 2048, packed: true },
    });
  });
});

describe('adapters', () => {
  it('bring their own kernels, and stay in fp32', () => {
    expect(run('lora-kernels.yaml')).toMatchObject({
      framework: { kernels: ['lora-qkv', 'lora-o', 'lora-mlp'] },
      method: { kind: 'lora', rank: 32, dropout: 0.05, targets: 'all-linear', adapterDtype: 'fp32' },
      weights: { dtype: 'bf16', quantization: 'none' },
      optimizer: { name: 'adamw', bits: 8, embeddings32: true },
      mask: 'none',
    });
    const old = { versions: { axolotl: '0.9.0' } };
    expect(run('lora-kernels.yaml', old)?.framework).toMatchObject({ kernels: [] });
  });

  it('on int8 weights: no kernels, and SDPA by the borders of samples', () => {
    expect(run('lora-8bit.yaml')).toMatchObject({
      framework: { kernels: [] },
      method: { rank: 16, targets: ['q_proj', 'v_proj'] },
      weights: { dtype: 'bf16', quantization: 'int8' },
      attention: 'sdpa',
      mask: 'none',
      checkpointing: { kind: 'full', reentrant: false },
      optimizer: { bits: 8, paged: true },
      batch: { micro: 2, accumulation: 4, evalMicro: 3 },
    });
    expect(run('lora-8bit.yaml', { versions: { axolotl: '0.12.0' } })?.mask).toBe('padded');
    expect(told(read('lora-8bit.yaml'))).toEqual([]);
  });

  it('on 4-bit weights, with a pattern for the layers and offloaded checkpoints', () => {
    expect(run('qlora.yaml')).toMatchObject({
      framework: { kernels: [] },
      method: {
        kind: 'lora',
        rank: 64,
        dropout: 0,
        targets: ['up_proj', 'down_proj', 'gate_proj', 'q_proj', 'k_proj', 'v_proj', 'o_proj'],
        modulesToSave: ['embed_tokens', 'lm_head'],
      },
      weights: { dtype: 'bf16', quantization: 'nf4-double' },
      attention: 'flash',
      mask: 'full',
      loss: { kind: 'cut' },
      checkpointing: { kind: 'full', offload: true },
      optimizer: { name: 'adamw', bits: 32, paged: true },
      batch: { sequence: 8192, packed: false },
    });
  });

  it('on 4-bit weights with plain scales, in fp16', () => {
    expect(run('qlora-plain-scales.yaml')).toMatchObject({
      framework: { kernels: [] },
      weights: { dtype: 'fp16', quantization: 'nf4' },
      autocast: 'fp16',
      attention: 'eager',
      checkpointing: { kind: 'none' },
    });
  });

  it('with DoRA and Liger: a kernel needs all of its projections', () => {
    expect(run('dora-liger.yaml')).toMatchObject({
      framework: { kernels: ['fused-rope', 'fused-norm', 'fused-mlp'], compile: true },
      method: { dora: true, rslora: true, adapterDtype: 'bf16', targets: ['gate_proj', 'up_proj', 'down_proj'] },
      loss: { kind: 'liger' },
      mask: 'padded',
    });
    expect(read('dora-liger.yaml').reading.assumed.map((a) => a.why)).not.toContain('rows-at-cutoff');
  });

  it('for preferences: no kernels, no padding', () => {
    expect(run('dpo.yaml')).toMatchObject({
      framework: { kernels: [] },
      stage: 'dpo',
      method: { kind: 'lora', targets: 'all-linear' },
      mask: 'full',
      checkpointing: { kind: 'full', reentrant: false, offload: true },
      optimizer: { name: 'optimi_adamw' },
      batch: { micro: 2, sequence: 1000, packed: false },
    });
  });

  it('that are trained further keep their rank and layers', () => {
    const files = { 'out/a/adapter_config.json': JSON.stringify({ r: 4, target_modules: ['q_proj'] }) };
    const text =
      'base_model: a/b\nadapter: lora\nlora_r: 64\nlora_target_linear: true\nlora_model_dir: out/a\nsequence_len: 8\n';
    expect(readText(text, { files }).reading.run?.method).toMatchObject({ rank: 4, targets: ['q_proj'] });
  });
});

describe('several GPUs', () => {
  it('FSDP2 keeps the type of the weights; its settings stand in a mapping', () => {
    const found = run('fsdp2.yaml');
    expect(found).toMatchObject({
      weights: { dtype: 'bf16' },
      checkpointing: { kind: 'full', reentrant: false },
      optimizer: { name: 'adamw', library: 'torchao', bits: 8 },
      parallel: { strategy: 'fsdp2', offload: 'both', settings: { reshardAfterForward: false } },
    });
    expect(found?.weights).not.toHaveProperty('trainableDtype');
    expect(found?.parallel).not.toHaveProperty('gpus');
  });

  it('groups of shards, and of tensors, give the number of GPUs', () => {
    const { reading } = read('hsdp.yaml');
    expect(reading.run?.parallel).toMatchObject({
      gpus: 16,
      strategy: 'hsdp',
      data: 4,
      tensor: 2,
      offload: 'none',
      settings: { shardGroup: 4 },
    });
    expect(reading.assumed.map((a) => a.why)).not.toContain('gpus-not-in-file');
  });

  it('FSDP1 turns what is trained into fp32', () => {
    expect(run('fsdp1.yml')).toMatchObject({
      weights: { dtype: 'bf16', trainableDtype: 'fp32' },
      checkpointing: { kind: 'full' },
      parallel: { strategy: 'fsdp1', offload: 'both' },
    });
  });

  it('DeepSpeed casts the adapters too; its file is guessed from its name until it is at hand', () => {
    expect(run('deepspeed.yaml')).toMatchObject({
      framework: { kernels: [] },
      method: { targets: 'all-linear', adapterDtype: 'bf16' },
      weights: { dtype: 'bf16', master: 'fp32' },
      autocast: 'none',
      parallel: { strategy: 'zero3', offload: 'both' },
    });
    const files = { 'deepspeed_configs/zero3_bf16_cpuoffload_all.json': '{"zero_optimization": {"stage": 2}}' };
    expect(run('deepspeed.yaml', { files })?.parallel).toMatchObject({ strategy: 'zero2', offload: 'none' });
  });
});

describe('types by `bf16` and its kin', () => {
  const base = 'base_model: a/b\nsequence_len: 8\nmicro_batch_size: 1\ndatasets: []\n';
  it.each([
    ['', 'bf16', 'bf16'],
    ['bf16: auto\nfp16: true\n', 'fp16', 'fp16'],
    ['bf16: true\nfp16: true\n', 'bf16', 'bf16'],
    ['bf16: false\n', 'fp32', 'none'],
    ['bf16: false\nfp16: true\n', 'fp16', 'fp16'],
    ['bf16: false\nfloat16: true\n', 'fp16', 'none'],
    ['bf16: false\nbfloat16: true\n', 'bf16', 'bf16'],
    ['bf16: false\nadapter: lora\nlora_r: 8\nlora_target_linear: true\nload_in_8bit: true\n', 'fp16', 'none'],
  ])('%j', (text, dtype, autocast) => {
    expect(readText(base + text).reading.run).toMatchObject({ weights: { dtype }, autocast });
  });
});

describe('files with mistakes', () => {
  it('a file being typed', () => {
    expect(read('half-typed.yaml').reading.run).toMatchObject({
      method: { kind: 'lora', rank: 8, targets: 'all-linear' },
      weights: { quantization: 'nf4-double' },
      batch: { micro: 1, sequence: 64 },
    });
    expect(readText('base_model:\nsequence_len: 2048\nsample_packing: true\n').reading).toMatchObject({
      run: null,
      findings: [{ code: 'missing-model', span: { start: 0, end: 10 } }],
    });
  });

  it('names what it cannot read, what does nothing, and what is not modelled', () => {
    expect([...told(read('mistakes.yaml'))].sort()).toEqual([
      'key-without-effect batch_size @ batch_size',
      'key-without-effect cut_cross_entropy @ cut_cross_entropy',
      'key-without-effect liger_rope @ liger_rope',
      'unknown-key sequence_lenn @ sequence_lenn',
      'unreadable-value bf16 @ perhaps',
      'unreadable-value fsdp_config.fsdp_version @ 3',
      'unreadable-value fsdp_config.offload_params @ maybe',
      'unreadable-value lora_dropout @ 2',
      'unreadable-value lora_r @ sixteen',
      'unreadable-value micro_batch_size @ many',
      'unreadable-value optimizer @ adamw_tourch',
      'unsupported attn_implementation @ attn_implementation',
      'unsupported load_in_4bit @ load_in_4bit',
      'unsupported lora_target_modules @ lora_target_modules',
    ]);
  });

  it('every default in the table is one its own reader takes', () => {
    for (const rl of [
      '',
      'rl: dpo\n',
      'sample_packing: true\n',
      'gradient_checkpointing: true\ngradient_checkpointing_kwargs: {}\n',
    ])
      expect(() =>
        readText(`base_model: a/b\nsequence_len: 8\nfsdp_config: {x: 1}\nadapter: lora\n${rl}`),
      ).not.toThrow();
    expect(specs.get('sequence_len')).toMatchObject({ default: '512' });
  });
});
