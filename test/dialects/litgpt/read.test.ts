// Fixtures read by hand against litgpt 0.5.13: litgpt/finetune/*.py, pretrain.py, args.py, utils.py, config.py.

import { describe, expect, it } from 'vitest';
import { resolveModel } from '../../../src/catalogue/resolve-model.ts';
import { keys } from '../../../src/dialects/litgpt/keys.ts';
import { parameterCount } from '../../../src/memory/shape.ts';
import { readFixture, readText, told } from '../read-fixture.ts';

const read = (name: string, around = {}) => readFixture(`litgpt/${name}.yaml`, around);
const run = (name: string, around = {}) => read(name, around).reading.run;
const ADAMW = { name: 'adamw', library: 'torch', implementation: 'foreach' };
const ONE = { gpus: 1 };

describe('fine-tuning', () => {
  it.each([
    [
      'lora-defaults',
      {
        model: { id: 'Qwen/Qwen2.5-1.5B-Instruct' },
        framework: { name: 'litgpt', compile: false },
        stage: 'sft',
        method: { kind: 'lora', rank: 8, dropout: 0.05, targets: ['q_proj', 'v_proj'], adapterDtype: 'fp32' },
        weights: { dtype: 'fp32' },
        autocast: 'bf16',
        loss: { kind: 'chunked', chunkTokens: 128, scope: 'head+loss', held: 'logits-until-next-forward' },
        checkpointing: { kind: 'none' },
        optimizer: ADAMW,
        batch: { micro: 1, accumulation: 16, sequence: 2048, packed: false },
        clip: false,
        parallel: ONE,
      },
    ],
    [
      'lora-all',
      {
        method: {
          kind: 'lora',
          rank: 64,
          dropout: 0,
          targets: ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj', 'lm_head'],
          adapterDtype: 'bf16',
        },
        weights: { dtype: 'bf16' },
        autocast: 'none',
        optimizer: { ...ADAMW, implementation: 'fused' },
        batch: { micro: 4, accumulation: 8, sequence: 1024 },
      },
    ],
    [
      'qlora',
      {
        method: { kind: 'lora', targets: ['q_proj'] },
        weights: { dtype: 'bf16', quantization: 'nf4-double', quantizer: 'bitsandbytes' },
        autocast: 'none',
        optimizer: { name: 'adamw', library: 'bitsandbytes', paged: true, stateDtype: 'fp32' },
        batch: { micro: 2, accumulation: 4, sequence: 768 },
      },
    ],
    [
      'full',
      {
        method: { kind: 'full' },
        weights: { dtype: 'bf16' },
        loss: { scope: 'loss' },
        optimizer: { name: 'adamw', library: 'bitsandbytes', bits: 8, paged: false },
        batch: { micro: 1, accumulation: 6, sequence: 512 },
        clip: false,
      },
    ],
    [
      'full-four-gpus',
      {
        method: { kind: 'full' },
        checkpointing: { kind: 'full', reentrant: false },
        batch: { micro: 2, accumulation: 4 },
        parallel: { gpus: 8, strategy: 'fsdp1' },
      },
    ],
    [
      'lora-two-gpus',
      {
        model: { id: 'Qwen/Qwen3-8B' },
        weights: { dtype: 'fp32' },
        autocast: 'none',
        checkpointing: { kind: 'full' },
        batch: { micro: 1, accumulation: 2, sequence: 2048 },
        parallel: { gpus: 2, strategy: 'fsdp2' },
      },
    ],
    [
      'adapter',
      {
        method: { kind: 'adapter-v1', adapterDtype: 'bf16', virtualTokens: 10 },
        loss: { scope: 'head+loss' },
        batch: { micro: 1, accumulation: 128, sequence: 1034 },
      },
    ],
    [
      'adapter-v2-quantized',
      {
        method: { kind: 'adapter-v2', adapterDtype: 'fp16' },
        weights: { dtype: 'fp16', quantization: 'fp4' },
        optimizer: { library: 'bitsandbytes', paged: true },
        batch: { micro: 2, accumulation: 1, sequence: 256 },
      },
    ],
    [
      'sgd',
      {
        method: { targets: ['q_proj', 'k_proj', 'v_proj'] },
        weights: { dtype: 'fp16' },
        optimizer: { name: 'sgd', implementation: 'loop', momentum: 0.9 },
        batch: { micro: 3, accumulation: 1, sequence: 300 },
      },
    ],
  ])('%s', (name, expected) => {
    expect(run(name)).toMatchObject(expected);
    expect(told(read(name))).toEqual([]);
  });

  it('says what the file cannot', () => {
    const why = (name: string) => read(name).reading.assumed.map((a) => a.why);
    expect(why('lora-defaults')).toEqual(['longest-sample-unknown']);
    expect(why('lora-all')).toEqual(['rows-at-cutoff']);
    expect(why('pretrain-name')).toEqual(['gpus-not-in-file']);
  });
});

describe('pre-training', () => {
  it('by a name: the model’s whole context, all GPUs, a clipped fused AdamW, compiled', () => {
    expect(run('pretrain-name')).toMatchObject({
      model: { id: 'pythia-160m', config: { tie_word_embeddings: false } },
      framework: { name: 'litgpt', compile: true },
      stage: 'pretrain',
      method: { kind: 'full' },
      weights: { dtype: 'fp32' },
      autocast: 'bf16',
      loss: { kind: 'chunked', scope: 'loss' },
      checkpointing: { kind: 'none' },
      optimizer: { ...ADAMW, implementation: 'fused' },
      batch: { micro: 8, accumulation: 64, sequence: 2048, packed: true },
      clip: true,
      parallel: { strategy: 'fsdp1', settings: { sharding: 'HYBRID_SHARD' } },
    });
    expect(run('pretrain-name')?.parallel).not.toHaveProperty('gpus');
  });

  it('with one table for input and head, without clipping', () => {
    expect(run('pretrain-tied')).toMatchObject({
      model: { id: 'keeeeenw/MicroLlama', config: { tie_word_embeddings: true } },
      weights: { dtype: 'fp32' },
      autocast: 'fp16',
      optimizer: { name: 'adam', implementation: 'fused' },
      batch: { micro: 12, accumulation: 5, sequence: 1024 },
      clip: false,
      parallel: ONE,
    });
  });

  it.each([
    // 30000 is padded to a multiple of 64: 2 tables of 30016 x 640, ten layers, a norm.
    [
      'pretrain-described',
      'llama',
      768,
      2 * 30_016 * 640 + 10 * (640 * (640 + 2 * 320 + 640) + 3 * 640 * 1728 + 2 * 640) + 640,
    ],
    // The class's own defaults: LayerNorms and biases, a parallel residual, 5000 padded to 5120.
    ['pretrain-neox', 'gpt_neox', 256, 2 * 5120 * 256 + 4 * (12 * 256 * 256 + 13 * 256) + 2 * 256],
  ])('%s: from its own sizes', (name, family, sequence, parameters) => {
    const found = resolveModel(run(name)?.model ?? {}, () => null);
    if (found.kind === 'unknown') throw new Error(found.detail);
    expect(found.shape.family).toBe(family);
    expect(parameterCount(found.shape)).toBe(parameters);
    expect(run(name)?.batch.sequence).toBe(sequence);
  });
});

describe('a checkpoint’s own description', () => {
  const description = (fields: string) => ({
    files: { 'checkpoints/org/mine/model_config.yaml': `n_layer: 2\nn_embd: 64\nn_head: 4\n${fields}` },
  });
  const of = (fields: string) =>
    readText('checkpoint_dir: org/mine\nprecision: bf16-true\nlora_r: 4\n', description(fields)).reading;

  it('wins over the name of the folder', () => {
    const { run: found, wanted } = of('hf_config: {org: a, name: b}\nblock_size: 100\n');
    expect(found?.model).toMatchObject({ id: 'a/b', config: { hidden_size: 64, num_hidden_layers: 2 } });
    expect(found?.batch.sequence).toBe(100);
    expect(wanted).toEqual(['org/mine/model_config.yaml']);
  });

  it.each([
    ['norm_class_name: RMSNorm\nmlp_class_name: LLaMAMLP\nbias: false\n', 'llama'],
    ['norm_class_name: RMSNorm\nmlp_class_name: LLaMAMLP\nbias: false\nattn_bias: true\n', 'qwen2'],
    ['norm_class_name: RMSNorm\nmlp_class_name: LLaMAMLP\nbias: false\nnorm_qk: true\n', 'qwen3'],
    ['norm_class_name: RMSNorm\nmlp_class_name: LLaMAMLP\nnorm_qk: true\nnorm_qk_type: olmo2\n', 'olmo2'],
    ['norm_class_name: RMSNorm\nmlp_class_name: GemmaMLP\n', 'gemma'],
    ['norm_class_name: RMSNorm\nmlp_class_name: GemmaMLP\npost_attention_norm: true\n', 'gemma2'],
    ['mlp_class_name: LLaMAMLP\n', 'stablelm'],
    ['', 'gpt_neox'],
    ['shared_attention_norm: true\nlm_head_bias: true\n', 'phi'],
    ['shared_attention_norm: true\nbias: false\nn_query_groups: 1\n', 'falcon'],
    ['mlp_class_name: LLaMAMoE\nn_expert: 8\nn_expert_per_token: 2\n', 'mixtral'],
  ])('%j is a %s', (fields, family) => {
    expect(of(fields).run?.model.config?.model_type).toBe(family);
  });
});

describe('trouble', () => {
  it('is told at the value that cannot be read, and the default stands', () => {
    expect(told(read('slips'))).toEqual([
      'unreadable-value precision @ bf17-true',
      'unreadable-value quantize @ nf4',
      'unreadable-value devices @ all',
      'unreadable-value lora_r @ eight',
      'unsupported optimizer @ optimizer',
      'unreadable-value train.micro_batch_size @ 0',
    ]);
    expect(run('slips')).toMatchObject({ weights: { dtype: 'fp32' }, method: { rank: 8 }, batch: { micro: 1 } });
  });

  it('a quantised base under autocast is refused by LitGPT', () => {
    const text = 'checkpoint_dir: a/b\nquantize: bnb.nf4\nlora_r: 4\n';
    expect(readText(text).reading.findings).toMatchObject([
      { code: 'unsupported', args: { field: 'precision', value: 'bf16-mixed' } },
    ]);
  });

  it('a model that is not named', () => {
    expect(told(readText('out_dir: o\nprecision: bf16-true\nlora_r: 4\nlora_query: true\n'))).toEqual([
      'missing-model checkpoint_dir @ out_dir',
    ]);
  });

  it('a file to generate with trains nothing', () => {
    expect(read('generate').reading).toMatchObject({ purpose: 'inference', run: null });
  });
});

it('every default of the table of keys can be read', () => {
  for (const key of keys.filter((k) => k.default !== undefined)) expect(key.source, key.key).toContain('0.5.13');
});
