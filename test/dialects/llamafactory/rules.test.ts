import { describe, expect, it } from 'vitest';
import { readText } from '../read-fixture.ts';

const BASE =
  'model_name_or_path: Qwen/Qwen2.5-7B\nstage: sft\ndo_train: true\nfinetuning_type: lora\ndataset: d\ntemplate: qwen\n';
const short = (text: string, around = {}) => readText(BASE + text, around);
const full = (text: string, around = {}) => readText(BASE.replace('lora', 'full') + text, around).reading.run;

describe('rules of the framework', () => {
  it.each([
    ['flash_attn: disabled', { attention: 'eager' }],
    ['flash_attn: flash_attention_2', { attention: 'flash' }],
    ['flash_attn: off', { attention: 'eager' }],
    ['neat_packing: true', { mask: 'block', batch: { packed: true, sequence: 2048 } }],
    ['neat_packing: true\nflash_attn: fa2', { mask: 'full', batch: { packed: true } }],
    ['packing: true\ncutoff_len: 1001', { mask: 'padded', batch: { packed: true, sequence: 1008 } }],
    ['disable_gradient_checkpointing: true', { checkpointing: { kind: 'none' } }],
    ['disable_gradient_checkpointing: true\ngradient_checkpointing: true', { checkpointing: { kind: 'full' } }],
    ['use_reentrant_gc: false', { checkpointing: { kind: 'full', reentrant: false } }],
    ['optim: adamw_torch', { optimizer: { implementation: 'foreach' } }],
    ['optim: adafactor', { optimizer: { name: 'adafactor', library: 'transformers' } }],
    ['quantization_bit: 8', { weights: { quantization: 'int8' } }],
    ['quantization_bit: 4', { weights: { quantization: 'nf4-double' } }],
    ['quantization_bit: 4\nquantization_method: hqq', { weights: { quantization: 'hqq', quantizer: 'hqq-4bit' } }],
    ['quantization_bit: 8\nquantization_method: eetq', { weights: { quantization: 'eetq' } }],
    ['use_unsloth: true', { framework: { name: 'unsloth' } }],
    ['use_dora: true', { method: { dora: true } }],
    ['finetuning_type: oft\noft_block_size: 64', { method: { kind: 'oft', rank: 64 } }],
    ['resize_vocab: true', { method: { modulesToSave: ['embed_tokens', 'lm_head'] } }],
    ['use_muon: true', { optimizer: { name: 'muon' } }],
    ['eval_strategy: no', { batch: { micro: 8 } }],
    ['fsdp: full_shard auto_wrap offload', { parallel: { strategy: 'fsdp1', offload: 'both' } }],
    ['stage: pt\ncutoff_len: 1001', { stage: 'pretrain', mask: 'full', batch: { packed: true, sequence: 1001 } }],
    ['stage: pt\npacking: true\ncutoff_len: 1001', { batch: { packed: true, sequence: 1000 } }],
    ['stage: rm', { stage: 'reward' }],
    ['per_device_train_batch_size: "4"', { batch: { micro: 4 } }],
    ['max_grad_norm: 1e-3', { clip: true }],
  ])('%s', (text, expected) => {
    expect(short(`${text}\n`).reading.run).toMatchObject(expected);
  });

  it('DeepSpeed casts adapters with everything else', () => {
    const { run, assumed } = short('bf16: true\ndeepspeed: {zero_optimization: {stage: 2}}\n').reading;
    expect(run).toMatchObject({
      method: { adapterDtype: 'bf16' },
      weights: { dtype: 'bf16', master: 'fp32' },
      parallel: { strategy: 'zero2', offload: 'none' },
    });
    expect(assumed.map((a) => a.field)).not.toContain('weights.dtype');
  });

  it('a duplicate key: the last one counts', () => {
    expect(short('lora_rank: 4\nlora_rank: 32\n').reading.run?.method?.rank).toBe(32);
  });

  it('BAdam leaves the trained block in 16 bits', () => {
    const found = full('use_badam: true\nbf16: true\n');
    expect(found?.method?.kind).toBe('badam');
    expect(found?.weights).not.toHaveProperty('trainableDtype');
  });

  it('Gemma 2 is eager unless asked otherwise', () => {
    const gemma = (text: string) =>
      readText(BASE.replace('Qwen/Qwen2.5-7B', 'google/gemma-2-9b') + text).reading.run?.attention;
    expect(gemma('')).toBe('eager');
    expect(gemma('flash_attn: auto\n')).toBe('eager');
    expect(gemma('flash_attn: sdpa\n')).toBe('sdpa');
    const local = (type: string) =>
      readText(BASE, { files: { 'Qwen/Qwen2.5-7B/config.json': JSON.stringify({ model_type: type }) } });
    expect(local('gemma2').reading.run?.attention).toBe('eager');
    expect(local('gpt_oss').reading.run?.attention).toBe('flash');
    expect(local('qwen2').reading.run?.attention).toBe('sdpa');
  });
});

describe('keys without effect', () => {
  it.each([
    ['full', 'lora_rank: 8', 'only-with-adapters'],
    ['lora', 'freeze_trainable_layers: 2', 'only-with-freeze'],
    ['lora', 'double_quantization: true', 'only-with-quantization'],
    ['lora', 'galore_rank: 64', 'only-with-galore'],
    ['lora', 'disable_gradient_checkpointing: true\nuse_reentrant_gc: false', 'checkpointing-disabled'],
    ['lora', 'gradient_checkpointing: true', 'checkpointing-always-on'],
    ['lora', 'use_muon: true\noptim: adamw_8bit', 'optimizer-replaced'],
  ])('%s tuning, %s', (method, text, why) => {
    expect(readText(`${BASE.replace('lora', method)}${text}\n`).reading.findings).toMatchObject([
      { code: 'key-without-effect', args: { why } },
    ]);
  });
});

it('the accelerate file of the launch command says what shards and how many train', () => {
  const command = '# accelerate launch --config_file acc.yaml src/train.py lora.yaml\n';
  const accelerate =
    'distributed_type: FSDP\nmixed_precision: bf16\nnum_processes: 4\nfsdp_config: {fsdp_version: 2, fsdp_reshard_after_forward: false}\n';
  const { run, assumed } = readText(command + BASE, { files: { 'acc.yaml': accelerate } }).reading;
  expect(run?.autocast).toBe('bf16');
  expect(run?.parallel).toMatchObject({
    gpus: 4,
    strategy: 'fsdp2',
    paramDtype: 'bf16',
    settings: { reshardAfterForward: false },
  });
  expect(assumed.map((a) => a.field)).not.toContain('parallel.gpus');
});
