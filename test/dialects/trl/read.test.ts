// Recipes as people write them. What is expected was read by hand in the source of the release that each test names.

import { describe, expect, it } from 'vitest';
import { keys } from '../../../src/dialects/trl/keys/keys.ts';
import { specsOf } from '../../../src/dialects/trl/release.ts';
import { readFixture, type Surroundings } from '../read-fixture.ts';

const read = (name: string, around: Surroundings = {}) => readFixture(`trl/${name}`, around);
const ZERO3 = `compute_environment: LOCAL_MACHINE
distributed_type: DEEPSPEED
deepspeed_config:
  zero_stage: 3
  offload_optimizer_device: cpu
mixed_precision: bf16
num_machines: 2
num_processes: 8
`;

describe('recipes for the newest release (1.16.0)', () => {
  it('what a recipe of three lines means', () => {
    const { dialect, reading } = read('sft-minimal.yaml');
    expect(dialect).toBe('trl');
    expect(reading.run).toMatchObject({
      model: { id: 'Qwen/Qwen2.5-0.5B' },
      framework: { name: 'trl', wrapper: 'accelerate', kernels: [], compile: false },
      stage: 'sft',
      method: { kind: 'full' },
      weights: { dtype: 'fp32', quantization: 'none' },
      autocast: 'bf16',
      attention: 'sdpa',
      mask: 'full',
      loss: { kind: 'chunked', form: 'tiled-head', scope: 'head+loss' },
      checkpointing: { kind: 'full', reentrant: false, offload: false },
      optimizer: { name: 'adamw', implementation: 'fused', bits: 32 },
      batch: { micro: 8, accumulation: 1, sequence: 1024, packed: false },
      clip: true,
      parallel: {},
    });
    expect(reading.run?.batch).not.toHaveProperty('evalMicro');
    expect(reading.assumed.map((a) => a.why).sort()).toEqual(['gpus-not-in-file', 'rows-at-cutoff']);
  });

  it('LoRA with evaluation', () => {
    expect(read('sft-lora.yaml').reading.run).toMatchObject({
      stage: 'sft',
      method: { kind: 'lora', rank: 64, targets: 'all-linear', dropout: 0, dora: false, adapterDtype: 'fp32' },
      weights: { dtype: 'bf16' },
      optimizer: { name: 'adamw', implementation: 'foreach' },
      batch: { micro: 4, accumulation: 4, sequence: 4096, evalMicro: 2 },
    });
  });

  it('QLoRA with saved modules: adapters in bf16, nothing prepared', () => {
    const { run } = read('sft-qlora.yaml').reading;
    expect(run).toMatchObject({
      method: {
        kind: 'lora',
        targets: ['q_proj', 'k_proj', 'v_proj', 'o_proj'],
        modulesToSave: ['embed_tokens', 'lm_head'],
        dora: true,
        dropout: 0.05,
        adapterDtype: 'bf16',
      },
      weights: { dtype: 'bf16', quantization: 'nf4-double', quantizer: 'bitsandbytes' },
      checkpointing: { kind: 'full', reentrant: true },
      optimizer: { name: 'adamw', bits: 8, paged: true, embeddings32: true },
    });
    expect(run?.weights).not.toHaveProperty('kbitUpcast');
  });

  it('packing with a flash kernel: the batch in one row, no mask; Liger keeps the loss', () => {
    expect(read('sft-packed.yaml').reading.run).toMatchObject({
      attention: 'flash',
      mask: 'none',
      batch: { micro: 1, sequence: 16_384, packed: true },
      checkpointing: { kind: 'none' },
      framework: { kernels: ['liger'] },
      loss: { form: 'tiled-head' },
    });
  });

  it('GRPO with vLLM on the same card', () => {
    expect(read('grpo-colocate.yaml').reading.run).toMatchObject({
      stage: 'grpo',
      reference: 'adapter-off',
      rollout: { engine: 'vllm', completionTokens: 2048, rows: 16, share: 0.25, sleeps: true },
      batch: { micro: 4, accumulation: 2, sequence: 2560 },
    });
  });

  it('DPO whose reference runs beforehand, and a model without SDPA', () => {
    const { reading } = read('dpo-precomputed.yaml');
    expect(reading.run).toMatchObject({
      stage: 'dpo',
      reference: 'precomputed',
      attention: 'eager',
      optimizer: { name: 'adafactor' },
      batch: { micro: 2, sequence: 2048 },
      clip: false,
    });
    expect(reading.run?.weights).not.toHaveProperty('dtype');
    expect(reading.assumed.map((a) => a.why)).toContain('checkpoint-dtype');
    expect(reading.fields.get('stage')?.origin).toMatchObject({ kind: 'inferred', why: 'launch-comment' });
  });

  it('KTO with activations on the host', () => {
    expect(read('kto.yaml').reading.run).toMatchObject({
      stage: 'kto',
      reference: 'model',
      checkpointing: { kind: 'full', offload: true },
      batch: { micro: 8, sequence: 1024 },
    });
  });

  it('a reward model in fp16', () => {
    const { run } = read('reward-中文.yaml').reading;
    expect(run).toMatchObject({
      stage: 'reward',
      weights: { dtype: 'fp32' },
      autocast: 'fp16',
      loss: { kind: 'full' },
      batch: { micro: 8, sequence: 2048 },
    });
    expect(run).not.toHaveProperty('reference');
  });

  it('JSON, a DeepSpeed mapping in place, and no limit of length', () => {
    const { reading } = read('trainer.json');
    expect(reading.run).toMatchObject({
      stage: 'sft',
      weights: { dtype: 'fp16', master: 'fp32' },
      autocast: 'none',
      checkpointing: { kind: 'none' },
      batch: { micro: 4, sequence: 1024 },
      parallel: { strategy: 'zero2', offload: 'optimizer', settings: { reduce_bucket_size: 'auto' } },
    });
    expect(reading.fields.get('batch.sequence')?.origin).toMatchObject({ why: 'no-length-limit' });
  });
});

describe('recipes of older collections', () => {
  it('alignment-handbook of 2023 (trl 0.7): packs whatever it says, checkpoint types, FlashAttention', () => {
    const { reading } = read('handbook-sft.yaml');
    expect(reading.run).toMatchObject({
      stage: 'sft',
      method: { kind: 'full' },
      weights: { dtype: 'bf16' },
      autocast: 'bf16',
      attention: 'flash',
      mask: 'full',
      loss: { kind: 'full', form: 'transformers-before-4.46' },
      optimizer: { name: 'adamw', implementation: 'foreach' },
      checkpointing: { kind: 'full', reentrant: true },
      batch: { micro: 16, accumulation: 2, sequence: 2048, packed: true, evalMicro: 8 },
    });
    expect(reading.assumed).toContainEqual({ field: 'versions.trl', value: '0.7', why: 'release-by-keys' });
    expect(reading.findings).toEqual([]);
  });

  it('its DPO in 4 bits (trl 0.11): prepared, adapters in fp32', () => {
    expect(read('handbook-dpo-qlora.yaml').reading.run).toMatchObject({
      stage: 'dpo',
      reference: 'adapter-off',
      method: { kind: 'lora', rank: 128, targets: ['q_proj', 'v_proj'], adapterDtype: 'fp32' },
      weights: { dtype: 'bf16', quantization: 'nf4', kbitUpcast: 'norms' },
      checkpointing: { reentrant: false },
      optimizer: { name: 'adamw', bits: 32, paged: true },
      batch: { micro: 4, sequence: 1024 },
    });
  });

  it('open-r1 (trl 0.17): vLLM on a card of its own, seven that train', () => {
    expect(read('open-r1-grpo.yaml').reading.run).toMatchObject({
      stage: 'grpo',
      reference: 'model',
      weights: { dtype: 'bf16' },
      rollout: { engine: 'server', completionTokens: 1024, rows: 64, share: 0.7 },
      batch: { micro: 16, accumulation: 4, sequence: 1536 },
      parallel: { gpus: 7, strategy: 'ddp' },
    });
  });

  it('ORPO, known by its folder', () => {
    const { run } = read('orpo/config_full.yaml').reading;
    expect(run).toMatchObject({
      stage: 'orpo',
      method: { kind: 'full' },
      weights: { dtype: 'bf16' },
      optimizer: { name: 'adamw', bits: 8, library: 'bitsandbytes' },
      batch: { micro: 1, sequence: 2048 },
    });
    expect(run).not.toHaveProperty('reference');
  });

  it('SimPO: no type is fp32 in transformers 4', () => {
    expect(read('simpo.yaml').reading.run).toMatchObject({
      stage: 'simpo',
      weights: { dtype: 'fp32' },
      autocast: 'bf16',
      optimizer: { name: 'adamw', implementation: 'foreach' },
      batch: { micro: 2, sequence: 2048 },
    });
  });
});

describe('files that are joined', () => {
  it('the accelerate file of the launch command', () => {
    const { reading } = read('launched.yaml', { files: { 'recipes/zero3.yaml': ZERO3 } });
    expect(reading.run).toMatchObject({
      weights: { dtype: 'bf16', master: 'fp32' },
      autocast: 'none',
      parallel: { gpus: 16, strategy: 'zero3', offload: 'optimizer' },
    });
    expect(reading.assumed.map((a) => a.why)).not.toContain('gpus-not-in-file');
    const auto = read('launched.yaml', { files: { 'recipes/zero3.yaml': ZERO3 }, set: { dtype: 'auto' } }).reading;
    expect(auto.run?.weights?.dtype).toBe('bf16');
    expect(auto.assumed.map((a) => a.why)).not.toContain('checkpoint-dtype');
  });

  it('wanted until it has been looked at, told where it is missing', () => {
    expect(read('launched.yaml').reading.wanted).toContain('recipes/zero3.yaml');
    const { doc, reading } = read('launched.yaml', { files: { 'recipes/zero3.yaml': null } });
    const [missing] = reading.findings;
    expect(missing).toMatchObject({ code: 'missing-file', args: { path: 'recipes/zero3.yaml' } });
    expect(doc.text.slice(missing?.span.start, missing?.span.end)).toContain('--config_file recipes/zero3.yaml');
  });

  it('the FSDP settings of a JSON file', () => {
    const files = { 'fsdp.json': '{"fsdp_offload_params": true, "activation_checkpointing": true}' };
    expect(read('fsdp.yaml', { files }).reading.run).toMatchObject({
      weights: { dtype: 'fp32' },
      autocast: 'bf16',
      parallel: { gpus: 8, strategy: 'fsdp2', offload: 'both', paramDtype: 'bf16', reduceDtype: 'bf16' },
    });
    const older = { ...files, 'fsdp.json': '{"fsdp_version": 1, "fsdp_sharding_strategy": "SHARD_GRAD_OP"}' };
    expect(read('fsdp.yaml', { files: older }).reading.run?.parallel).toMatchObject({
      strategy: 'fsdp1',
      settings: { sharding: 'SHARD_GRAD_OP' },
    });
  });

  it('missing, or something else: a message at the key', () => {
    const told = (files: NonNullable<Surroundings['files']>) =>
      read('fsdp.yaml', { files }).reading.findings.map((f) => `${f.code} ${f.args.key}`);
    expect(told({ 'fsdp.json': null })).toEqual(['missing-file fsdp_config']);
    expect(told({ 'fsdp.json': '[1, 2]' })).toEqual(['unreadable-value fsdp_config']);
    expect(told({})).toEqual([]);
  });
});

describe('files as people write them', () => {
  it('names what it cannot read and reads the rest', () => {
    const around = { files: { 'gone/ds.json': null, 'gone/acc.yaml': null } };
    const { doc, reading } = read('unreadable.yaml', around);
    const told = reading.findings.map((f) => `${f.code} ${doc.text.slice(f.span.start, f.span.end)}`);
    expect(told.sort()).toEqual(
      [
        'missing-file gone/acc.yaml',
        'missing-file gone/ds.json',
        'key-without-effect lora_r',
        'unknown-key per_device_train_batchsize',
        'unreadable-value -5',
        'unreadable-value adamw_torhc',
        'unreadable-value bf61',
        'unreadable-value fastest',
        'unreadable-value perhaps',
        'unsupported deepspeed',
      ].sort(),
    );
    expect(reading.run).toMatchObject({ method: { kind: 'full' }, batch: { micro: 8, sequence: 1024 } });
  });

  it('a model that is not typed yet', () => {
    const { reading } = read('half-typed.yaml');
    expect(reading.run).toBeNull();
    expect(reading.findings.map((f) => f.code)).toContain('missing-model');
    expect(reading.fields.get('method.kind')?.value).toBe('lora');
  });
});

it('every default is in a form its own reader takes, in every release', () => {
  for (const trl of [undefined, '0.7', '0.11', '0.18', '0.19', '0.24', '1.0', '1.16']) {
    const specs = specsOf({ trl, transformers: undefined, scripts: 'trl' });
    expect([...specs.keys()].sort()).toEqual(keys.map((k) => k.key).sort());
    for (const spec of specs.values()) {
      expect(spec.source, spec.key).toBeTruthy();
      expect(spec.doc['zh-cn'], spec.key).toMatch(/[\u4e00-\u9fff]/);
    }
  }
});
