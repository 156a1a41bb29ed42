import { describe, expect, it } from 'vitest';
import { keys, specs } from '../../../src/dialects/llamafactory/keys/keys.ts';
import { dialects } from '../../../src/dialects/registry.ts';
import { readFixture, readText, told } from '../read-fixture.ts';

const read = (name: string, around = {}) => readFixture(`llamafactory/${name}`, around);
const run = (name: string, around = {}) => read(name, around).reading.run;
const BASE =
  'model_name_or_path: Qwen/Qwen2.5-7B\nstage: sft\ndo_train: true\nfinetuning_type: lora\ndataset: d\ntemplate: qwen\n';
const short = (text: string, around = {}) => readText(BASE + text, around);

describe('files as people write them', () => {
  it('LoRA with evaluation', () => {
    expect(run('lora-sft.yaml')).toMatchObject({
      model: { id: 'Qwen/Qwen2.5-7B-Instruct' },
      stage: 'sft',
      method: {
        kind: 'lora',
        rank: 16,
        dropout: 0.05,
        targets: ['q_proj', 'k_proj', 'v_proj', 'o_proj'],
        dora: false,
        adapterDtype: 'fp32',
      },
      weights: { quantization: 'none', trainableDtype: 'fp32' },
      autocast: 'bf16',
      attention: 'sdpa',
      mask: 'full',
      checkpointing: { kind: 'full', reentrant: true, offload: false },
      optimizer: { name: 'adamw', implementation: 'fused', library: 'torch' },
      batch: { micro: 2, accumulation: 8, sequence: 4096, packed: false, evalMicro: 4 },
      clip: true,
    });
    expect(run('lora-sft.yaml')?.weights).not.toHaveProperty('dtype');
  });

  it('what a model with a vision tower freezes, and how large its images may be', () => {
    const vision = short('image_max_pixels: 262144\nfreeze_vision_tower: false\n').reading.run;
    expect(vision).toMatchObject({ method: { frozen: ['projector'] }, batch: { imagePixels: 262_144 } });
    const plain = short('').reading.run;
    expect(plain?.method).toMatchObject({ frozen: ['tower', 'projector'] });
    expect(plain?.batch).not.toHaveProperty('imagePixels');
  });

  it('the same file from Windows, with a byte order mark', () => {
    expect(run('windows.yaml')).toEqual(run('lora-sft.yaml'));
  });

  it('full tuning in the type of the checkpoint', () => {
    const found = run('full-pure-bf16.yaml');
    expect(found).toMatchObject({
      method: { kind: 'full' },
      autocast: 'none',
      attention: 'flash',
      loss: { kind: 'liger' },
      framework: { kernels: ['liger'] },
      optimizer: { name: 'adamw', bits: 8, paged: true, embeddings32: true, library: 'bitsandbytes' },
    });
    expect(found?.weights).not.toHaveProperty('trainableDtype');
  });

  it('QLoRA with saved modules and a length that is no multiple of 8', () => {
    expect(run('qlora.yaml')).toMatchObject({
      method: { targets: 'all-linear', rank: 8, rslora: true, modulesToSave: ['embed_tokens', 'lm_head'] },
      weights: { quantization: 'nf4', quantizer: 'bitsandbytes', kbitUpcast: 'norms' },
      autocast: 'fp16',
      mask: 'padded',
      clip: false,
      batch: { sequence: 1008, accumulation: 16 },
    });
  });

  it('freezing, packed, with Chinese comments and a local model', () => {
    const { reading } = read('freeze-chinese.yaml');
    expect(reading.run).toMatchObject({
      model: { id: '/data/模型/Qwen2.5-1.5B' },
      method: { kind: 'freeze', trainableLayers: 4 },
      mask: 'full',
      batch: { sequence: 1024, packed: true },
      checkpointing: { kind: 'full', policy: 'trained-layers' },
    });
    expect(reading.wanted).toEqual(['/data/模型/Qwen2.5-1.5B/config.json']);
    expect(reading.assumed.map((a) => a.why)).not.toContain('rows-at-cutoff');
    expect(told(read('freeze-chinese.yaml'))).toEqual([
      'key-without-effect gradient_checkpointing @ gradient_checkpointing',
    ]);
  });

  it('pre-training with DeepSpeed, guessed from the name of the file', () => {
    const { reading } = read('pretrain-deepspeed.yaml');
    expect(reading.run).toMatchObject({
      stage: 'pretrain',
      batch: { sequence: 8192, packed: true },
      mask: 'full',
      autocast: 'none',
      weights: { dtype: 'bf16', master: 'fp32' },
      parallel: { strategy: 'zero3', offload: 'both' },
    });
    expect(reading.wanted).toContain('examples/deepspeed/ds_z3_offload_config.json');
  });

  it('… and read from its content where that is at hand', () => {
    const file = JSON.stringify({
      zero_optimization: {
        stage: 2,
        offload_optimizer: { device: 'cpu' },
        reduce_bucket_size: 5e8,
        overlap_comm: true,
      },
    });
    const { reading } = read('pretrain-deepspeed.yaml', {
      files: { 'examples/deepspeed/ds_z3_offload_config.json': file },
    });
    expect(reading.run?.parallel).toEqual({
      strategy: 'zero2',
      offload: 'optimizer',
      settings: { reduce_bucket_size: 5e8, overlap_comm: true },
    });
    expect(reading.wanted).toEqual(['Qwen/Qwen3-8B-Base/config.json']);
  });

  it('anchors and merge keys', () => {
    expect(run('anchors.yaml')).toMatchObject({ autocast: 'bf16', batch: { micro: 2, sequence: 512 } });
  });

  it('preferences without a reference; Liger keeps the logits there', () => {
    expect(run('dpo.yaml')).toMatchObject({
      stage: 'simpo',
      reference: 'none',
      loss: { kind: 'full' },
      framework: { kernels: ['liger'] },
    });
  });

  it.each([
    ['lora', '', 'adapter-off'],
    ['full', '', 'model'],
    ['lora', 'ref_model: a/b', 'model'],
    ['full', 'pref_loss: orpo', 'none'],
  ])('the reference of stage dpo: %s %s', (method, line, reference) => {
    const text = `${BASE.replace('lora', method).replace('sft', 'dpo')}${line}\n`;
    expect(readText(text).reading.run).toMatchObject({ reference });
  });

  it('GaLore', () => {
    expect(run('galore.yaml')).toMatchObject({
      method: { kind: 'full' },
      optimizer: { name: 'galore', bits: 8, rank: 128, inBackward: true },
    });
  });

  it('the second generation has its own defaults', () => {
    expect(run('second-generation.yaml')).toMatchObject({
      method: { kind: 'lora', rank: 32, dropout: 0.05, targets: ['q_proj', 'v_proj'] },
      weights: { quantization: 'nf4' },
      autocast: 'none',
      checkpointing: { kind: 'full', reentrant: false },
      batch: { micro: 2, sequence: 4096 },
      parallel: { strategy: 'fsdp2', paramDtype: 'bf16' },
    });
  });

  it.each([
    ['merge.yaml', 'export'],
    ['chat.yaml', 'inference'],
  ])('%s is ours but trains nothing', (name, purpose) => {
    expect(read(name).reading).toMatchObject({ dialect: 'llamafactory', purpose, run: null, findings: [] });
  });

  it('a file being typed', () => {
    const { reading } = read('half-typed.yaml');
    expect(reading.run).toMatchObject({
      method: { rank: 8, targets: ['q_proj', 'v_pr'] },
      batch: { micro: 8, sequence: 2048 },
    });
    expect(reading.findings).toEqual([]);
    expect(readText('model_name_or_path:\nstage: sft\nfinetuning_type: lora\n').reading).toMatchObject({
      run: null,
      findings: [{ code: 'missing-model', span: { start: 0, end: 18 } }],
    });
  });

  it('names what it cannot read and reads the rest', () => {
    const found = read('unreadable.yaml');
    expect(told(found)).toEqual([
      'unreadable-value finetuning_type @ qlora',
      'unreadable-value lora_dropout @ 1e400',
      'unreadable-value bf16 @ perhaps',
      'unreadable-value cutoff_len @ $' + '{CUTOFF}',
      'unreadable-value per_device_train_batch_size @ many',
      'unreadable-value gradient_accumulation_steps @ .nan',
      'unreadable-value optim @ adamw_torhc',
      'unreadable-value quantization_bit @ 5',
      'unknown-key per_device_train_batchsize @ per_device_train_batchsize',
    ]);
    expect(found.reading.run).toMatchObject({
      method: { kind: 'lora', rank: 16, dropout: 0 },
      batch: { micro: 8, accumulation: 1, sequence: 2048 },
    });
    expect(found.reading.findings.at(-1)?.args).toMatchObject({ suggestion: 'per_device_train_batch_size' });
  });
});

describe('where values come from', () => {
  it('the file, a default with its source, a conclusion, a flag', () => {
    const { doc, reading } = read('lora-sft.yaml', { set: { cutoff_len: '8192', optim: 'sgd' } });
    const origin = (field: string) => reading.fields.get(field)?.origin;
    expect(reading.fields.get('batch.sequence')).toEqual({ value: 8192, origin: { kind: 'flag', key: 'cutoff_len' } });
    expect(origin('optimizer')).toEqual({ kind: 'flag', key: 'optim' });
    expect(origin('checkpointing.reentrant')).toEqual({
      kind: 'default',
      source: 'src/llamafactory/hparams/model_args.py@v0.9.5',
    });
    expect(origin('weights.dtype')).toMatchObject({ kind: 'inferred', why: 'checkpoint-dtype' });
    const micro = origin('batch.micro');
    if (micro?.kind !== 'file') throw new Error('from the file');
    expect(doc.text.slice(micro.keySpan.start, micro.span.end)).toBe('per_device_train_batch_size: 2');
  });

  it('a default is the default of the version', () => {
    expect(short('').reading.run?.optimizer).toMatchObject({ implementation: 'fused' });
    expect(short('', { versions: { torch: '2.6.0' } }).reading.run?.optimizer).toMatchObject({
      implementation: 'foreach',
    });
    expect(short('fp16: true\n', { versions: { llamafactory: '0.9.1' } }).reading.run?.weights?.dtype).toBe('fp16');
    expect(short('fp16: true\n', { versions: { llamafactory: '0.9.4' } }).reading.run?.weights?.dtype).toBeUndefined();
    expect(short('', { versions: { transformers: '4.45.2' } }).reading.run?.loss?.form).toBe(
      'transformers-before-4.46',
    );
    expect(short('', { versions: { transformers: '5.6.0' } }).reading.run?.loss).not.toHaveProperty('form');
  });

  it('a local config.json wins over the id, and says whether the checkpoint is quantised', () => {
    const config = { model_type: 'qwen2', hidden_size: 64, quantization_config: { quant_method: 'gptq', bits: 4 } };
    const { reading } = short('quantization_bit: 4\n', {
      files: { 'Qwen/Qwen2.5-7B/config.json': JSON.stringify(config) },
    });
    expect(reading.run).toMatchObject({ model: { id: 'Qwen/Qwen2.5-7B', config }, weights: { quantization: 'gptq' } });
    expect(reading.wanted).toEqual([]);
    expect(reading.findings).toMatchObject([
      { code: 'key-without-effect', args: { key: 'quantization_bit', why: 'checkpoint-quantized' } },
    ]);
  });

  it('a resumed adapter brings its own rank and layers', () => {
    const files = { 'saves/a/adapter_config.json': JSON.stringify({ r: 64, target_modules: ['q_proj'] }) };
    expect(short('adapter_name_or_path: saves/a\nlora_rank: 8\n', { files }).reading.run?.method).toMatchObject({
      rank: 64,
      targets: ['q_proj'],
    });
  });
});

describe('the table of keys', () => {
  it('has every default in a form its own reader takes', () => {
    // Reading an almost empty file asks for every default; one that does not parse is a bug that throws.
    expect(short('').reading.run).not.toBeNull();
    for (const method of ['full', 'freeze', 'oft', 'lora'])
      expect(() =>
        readText(
          `${BASE.replace('lora', method)}use_galore: true\nquantization_bit: 4\nstage: dpo\neval_strategy: steps\n`,
        ),
      ).not.toThrow();
  });
  it('names each key once, in two languages, with a source', () => {
    expect(specs.size).toBe(keys.length);
    for (const dialect of dialects) {
      for (const { key, doc, source } of dialect.keys) {
        expect(doc.en.trim(), key).not.toBe('');
        expect(doc['zh-cn'], key).toMatch(/[\u4e00-\u9fff]/);
        expect(source, key).toMatch(/@/);
      }
    }
  });
});
