// One line of a recipe, and what it does to the run. Rules and defaults as in the source of the release a test names.

import { describe, expect, it } from 'vitest';
import { readText, type Surroundings } from '../read-fixture.ts';

const BASE = 'model_name_or_path: Qwen/Qwen2.5-7B\ndataset_name: d\nper_device_train_batch_size: 2\n';
const short = (text: string, around: Surroundings = {}) => readText(BASE + text, around).reading;
const inRelease = (trl: string, text = '') => short(text, { versions: { trl } }).run;

describe('rules of TRL 1.16', () => {
  it.each([
    ['', { stage: 'sft', method: { kind: 'full' }, weights: { dtype: 'fp32' }, autocast: 'bf16', attention: 'sdpa' }],
    ['', { loss: { kind: 'chunked', form: 'tiled-head' }, checkpointing: { kind: 'full', reentrant: false } }],
    ['', { batch: { micro: 2, sequence: 1024, packed: false }, mask: 'full' }],
    ['dtype: bfloat16', { weights: { dtype: 'bf16' } }],
    ['model_init_kwargs: {dtype: float16}', { weights: { dtype: 'fp16' } }],
    ['fp16: true', { autocast: 'fp16' }],
    ['bf16: false', { autocast: 'none' }],
    ['gradient_checkpointing: false', { checkpointing: { kind: 'none' } }],
    ['gradient_checkpointing_kwargs: {use_reentrant: true}', { checkpointing: { reentrant: true } }],
    ['gradient_checkpointing_kwargs: {selective: true}', { checkpointing: { kind: 'selective' } }],
    ['activation_offloading: true', { checkpointing: { kind: 'full', offload: true } }],
    ['use_liger_kernel: true', { framework: { kernels: ['liger'] }, loss: { form: 'tiled-head' } }],
    ['packing: true', { mask: 'padded', batch: { packed: true, micro: 1, sequence: 2048 } }],
    ['packing: true\nattn_implementation: flash_attention_2', { mask: 'none', batch: { micro: 1, sequence: 2048 } }],
    ['packing: true\npacking_strategy: wrapped', { mask: 'full', batch: { packed: true, micro: 2, sequence: 1024 } }],
    ['use_peft: true', { method: { kind: 'lora', rank: 16, dropout: 0.05, targets: ['q_proj', 'v_proj'] } }],
    ['use_peft: true\nlora_target_modules: all-linear', { method: { targets: 'all-linear', adapterDtype: 'fp32' } }],
    ['use_peft: true\nlora_target_modules: [all-linear]', { method: { targets: 'all-linear' } }],
    ['use_peft: true\nlora_target_modules: .*\\.(q|up)_proj', { method: { targets: ['q_proj', 'up_proj'] } }],
    ['use_peft: true\nload_in_4bit: true', { weights: { dtype: 'fp32', quantization: 'nf4' } }],
    ['use_peft: true\nload_in_4bit: true', { method: { adapterDtype: 'bf16' } }],
    ['use_peft: true\nload_in_4bit: true\nuse_bnb_nested_quant: true', { weights: { quantization: 'nf4-double' } }],
    ['use_peft: true\nload_in_8bit: true', { weights: { quantization: 'int8' } }],
    ['attn_implementation: kernels-community/flash-attn3', { attention: 'flash' }],
    ['optim: paged_adamw_8bit', { optimizer: { name: 'adamw', bits: 8, paged: true } }],
  ])('%j', (text, expected) => {
    expect(short(`${text}\n`).run).toMatchObject(expected);
  });

  it('a model that has no SDPA kernel', () => {
    const run = readText(`${BASE.replace('Qwen/Qwen2.5-7B', 'google/gemma-2-2b')}\n`).reading.run;
    expect(run?.attention).toBe('eager');
  });

  it('layers that PEFT chooses, by the model beside the file', () => {
    const files = { 'Qwen/Qwen2.5-7B/config.json': '{"model_type": "gpt2"}' };
    expect(short('use_peft: true\n', { files }).run?.method?.targets).toEqual(['c_attn']);
  });

  it('keys that do nothing are told', () => {
    const told = (text: string) => short(text).findings.map((f) => `${f.args.key} ${f.args.why}`);
    expect(told('lora_r: 8\n')).toEqual(['lora_r only-with-peft']);
    expect(told('use_bnb_nested_quant: true\n')).toEqual(['use_bnb_nested_quant only-with-quantization']);
    expect(told('packing_strategy: bfd\n')).toEqual(['packing_strategy only-with-packing']);
  });

  it('what is trained but not said here leaves no total', () => {
    const told = (text: string) => short(text).findings.map((f) => `${f.code} ${f.args.field}`);
    expect(told('spectrum_config_path: layers.yaml\n')).toEqual(['unsupported method.kind']);
    expect(told('use_peft: true\nlora_target_parameters: [experts.w1]\n')).toEqual(['unsupported method.targets']);
    expect(told('use_peft: true\nlora_target_modules: .*\\.3\\.q_proj\n')).toEqual(['unsupported method.targets']);
  });

  it('slips of the keyboard are told, and names that this release passes over', () => {
    const { findings } = short('gradient_checkpoint: true\nmax_lenght: 512\ntorch_dtype: bfloat16\n');
    expect(findings.map((f) => [f.code, f.args.key, f.args.suggestion])).toEqual([
      ['unknown-key', 'torch_dtype', 'dtype'],
      ['unknown-key', 'max_lenght', 'max_length'],
    ]);
  });
});

describe('older releases', () => {
  it('have their own defaults', () => {
    expect(inRelease('0.26.2')?.weights?.dtype).toBe('fp32');
    expect(inRelease('0.24.0', 'torch_dtype: bfloat16\n')?.weights?.dtype).toBe('bf16');
    expect(inRelease('0.21.0')?.checkpointing?.kind).toBe('none');
    expect(inRelease('0.24.0')?.checkpointing).toMatchObject({ kind: 'full', reentrant: true });
    expect(inRelease('0.18.2')?.autocast).toBe('none');
    expect(inRelease('1.14.2')?.loss).toMatchObject({ kind: 'chunked', form: 'checkpointed-pieces' });
    expect(inRelease('1.10.0', 'beta: 0.1\n')?.loss).toMatchObject({ kind: 'full', form: 'row-after-row' });
    expect(inRelease('0.14.0', 'beta: 0.1\n')?.loss).toEqual({ kind: 'full' });
    expect(inRelease('1.0.0')?.loss).toEqual({ kind: 'full' });
    expect(inRelease('1.7.0', 'use_liger_kernel: true\n')?.loss).toEqual({ kind: 'liger' });
    expect(inRelease('0.18.2', 'packing: true\n')?.batch).toMatchObject({ packed: true, micro: 2, sequence: 1024 });
  });

  it('prepare packed models: norms in fp32, adapters too', () => {
    const packed = 'use_peft: true\nload_in_4bit: true\n';
    expect(inRelease('0.24.0', packed)).toMatchObject({
      weights: { dtype: 'bf16', quantization: 'nf4', kbitUpcast: 'norms' },
      method: { adapterDtype: 'fp32' },
    });
    expect(inRelease('0.24.0', 'use_peft: true\nload_in_8bit: true\n')?.weights?.kbitUpcast).toBe('all');
  });

  it('are guessed from the keys that newer ones dropped', () => {
    const { run, assumed } = short('max_seq_length: 4096\ntorch_dtype: bfloat16\n');
    expect(assumed).toContainEqual({ field: 'versions.trl', value: '0.19', why: 'release-by-keys' });
    expect(run).toMatchObject({
      batch: { sequence: 4096 },
      weights: { dtype: 'bf16' },
      checkpointing: { kind: 'none' },
    });
  });

  it('a known release goes before the guess', () => {
    const { run, assumed } = short('max_seq_length: 4096\n', { versions: { trl: '0.16.1' } });
    expect(assumed.map((a) => a.field)).not.toContain('versions.trl');
    expect(run?.batch.sequence).toBe(4096);
    const newest = short('max_seq_length: 4096\n', { versions: { trl: '1.16.0' } });
    expect(newest.run?.batch.sequence).toBe(1024);
    expect(newest.findings[0]?.args).toMatchObject({ key: 'max_seq_length', suggestion: 'max_length' });
  });
});

describe('the stage', () => {
  it.each([
    ['# trl dpo --config this.yaml\n', 'config.yaml', 'dpo'],
    ['# accelerate launch scripts/run_orpo.py recipe.yaml\n', 'config.yaml', 'orpo'],
    ['num_generations: 4\n', 'recipes/sft/config.yaml', 'grpo'],
    ['desirable_weight: 1.0\n', 'config.yaml', 'kto'],
    ['gamma_beta_ratio: 0.5\nbeta: 2\n', 'config.yaml', 'simpo'],
    ['beta: 0.1\n', 'config.yaml', 'dpo'],
    ['beta: 0.1\n', 'recipes/kto/config.yaml', 'kto'],
    ['beta: 0.1\n', 'dpo-runs/orpo/config_full.yaml', 'orpo'],
    ['max_length: 512\n', 'runs/config.yaml', 'sft'],
  ])('%j in %s', (text, name, stage) => {
    expect(readText(text + BASE, {}, name).reading.run?.stage).toBe(stage);
  });

  it('GRPO: rows of prompt and completion, a reference where beta weighs one, vLLM on the same card', () => {
    const { run, assumed } = short('num_generations: 8\ngradient_accumulation_steps: 4\nuse_vllm: true\n');
    expect(run).toMatchObject({
      batch: { micro: 2, sequence: 1024 },
      reference: 'none',
      rollout: { engine: 'vllm', completionTokens: 512, rows: 8, share: 0.3, sleeps: false },
    });
    expect(assumed.map((a) => a.why)).toContain('prompt-length-unknown');
    expect(short('num_generations: 8\nbeta: 0.04\n').run?.reference).toBe('model');
    expect(inRelease('0.17.0', 'num_generations: 8\nuse_vllm: true\n')).toMatchObject({
      reference: 'model',
      batch: { sequence: 768 },
      rollout: { engine: 'server' },
    });
  });

  it('preferences: what is compared with', () => {
    const dpo = (text: string) => short(`beta: 0.1\n${text}`).run?.reference;
    expect(dpo('')).toBe('model');
    expect(dpo('use_peft: true\n')).toBe('adapter-off');
    expect(dpo('precompute_ref_log_probs: true\n')).toBe('precomputed');
  });
});
