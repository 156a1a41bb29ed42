import { describe, expect, it } from 'vitest';
import { detectDialect, dialects } from '../../src/dialects/registry.ts';
import { whyText } from '../../src/dialects/why.ts';
import { parseSource } from '../../src/yaml/parse.ts';
import { readText } from './read-fixture.ts';

const claim = (text: string, language: 'yaml' | 'json' | 'toml' = 'yaml') =>
  detectDialect(parseSource(text, language), 'x.yaml');

describe('files that are ours', () => {
  it.each([
    ['model_name_or_path: a/b\nstage: sft\n', 'llamafactory'],
    ['model_name_or_path: a/b\nfinetuning_type: full\n', 'llamafactory'],
    ['model_name_or_path: a/b\ntemplate: qwen\ncutoff_len: 1024\n', 'llamafactory'],
    ['{"model_name_or_path": "a/b", "stage": "dpo", "finetuning_type": "lora"}', 'llamafactory'],
    ['name: job\n---\nmodel_name_or_path: a/b\nstage: sft\nfinetuning_type: lora\n', 'llamafactory'],
    ['base_model: a/b\nmicro_batch_size: 2\nlora_r: 8\n', 'axolotl'],
    ['model_name_or_path: a/b\ndataset_name: d\noutput_dir: out\n', 'trl'],
    ['model_name_or_path: a/b\nlora_r: 8\nper_device_train_batch_size: 1\n', 'trl'],
    ['model_name_or_path: a/b\nper_device_train_batch_size: 1\nlora_rank: 8\nlora_target: all\n', 'llamafactory'],
    ['schema: headroom/run@1\n', 'headroom-run'],
  ])('%j', (text, id) => {
    expect(claim(text, text.startsWith('{') ? 'json' : 'yaml')?.dialect.id).toBe(id);
  });

  it('say by which keys they are known', () => {
    const text = '# ours\nstage: sft\nmodel_name_or_path: a/b\n';
    const reasons = claim(text)?.reasons.map((r) => text.slice(r.span.start, r.span.end));
    expect(reasons).toEqual(['stage', 'model_name_or_path']);
    expect(claim(text)?.runnerUp).toBeNull();
  });

  it('claim more with every word of their own', () => {
    const lines = [
      'model_name_or_path: a/b',
      'stage: sft',
      'finetuning_type: lora',
      'lora_target: all',
      'cutoff_len: 1024',
    ];
    const scores = lines.map((_, i) => claim(`${lines.slice(0, i + 1).join('\n')}\n`)?.score ?? 0);
    expect(scores).toEqual([...scores].sort((a, b) => a - b));
    expect(scores[0]).toBe(0);
    expect(scores.at(-1)).toBe(1);
  });
});

describe('files that are not ours', () => {
  it.each([
    ['', 'nothing'],
    ['- stage: sft\n- finetuning_type: lora\n', 'a list'],
    ['services:\n  web: {image: nginx, template: x}\nstage: sft\nfinetuning_type: lora\n', 'compose'],
    ['apiVersion: v1\nkind: Pod\nspec: {template: {spec: {}}}\n', 'kubernetes'],
    ['stages: [build, test]\nbuild:\n  stage: build\n  script: make\n', 'GitLab'],
    ['name: ci\non: push\njobs:\n  train: {steps: []}\n', 'GitHub'],
    ['stage: prod\ntemplate: basic\ndataset: sales\n', 'a deployment'],
    [
      'model_name_or_path: a/b\nper_device_train_batch_size: 8\nbf16: true\nlearning_rate: 1e-5\ndo_train: true\n',
      'another trainer',
    ],
    ['base_model: a/b\nmodel_type: llm\ninput_features: []\nadapter: {type: lora}\n', 'ludwig'],
    ['base_model: a/b\nmerge_method: ties\nmodels: []\ndtype: bfloat16\n', 'mergekit'],
    ['compute_environment: LOCAL_MACHINE\ndistributed_type: FSDP\n', 'accelerate'],
    ['model_name_or_path: a/b\ndtype: float16\nmax_length: 512\nhost: 0.0.0.0\nport: 80\n', 'a server'],
    ['model_name_or_path: a/b\ndataset_name: d\nbatch_size: 8\nmax_length: 512\noutput_dir: o\n', 'an evaluation'],
    ['model_name_or_path: a/b\ntorch_dtype: bfloat16\nattn_implementation: sdpa\nmax_length: 512\n', 'a chat'],
    ['{"name": "x", "stage": "2", "template": "vue"}', 'package.json'],
    ['schema: headroom/run@2\n', 'a later format'],
    ['constructor: 1\n__proto__: {stage: sft}\ntoString: lora\n', 'names of objects'],
  ])('%j (%s)', (text) => {
    expect(claim(text, text.startsWith('{') ? 'json' : 'yaml')).toBeNull();
  });
});

it('every reading states only reasons that have a sentence in both languages', () => {
  const texts = [
    'packing: true\n',
    'quantization_bit: 4\ndeepspeed: ds_z2.json\nbf16: true\n',
    'auto_find_batch_size: true\ncutoff_len: 7\n',
    'gradient_checkpointing: true\nfreeze_trainable_layers: 3\n',
  ];
  for (const text of texts) {
    const { reading } = readText(`model_name_or_path: google/gemma-2-9b\nstage: sft\nfinetuning_type: lora\n${text}`);
    const inferred = [...reading.fields.values()].flatMap(({ origin }) =>
      origin.kind === 'inferred' ? [origin.why] : [],
    );
    const idle = reading.findings.flatMap((f) => (f.code === 'key-without-effect' ? [String(f.args.why)] : []));
    for (const why of [...inferred, ...idle, ...reading.assumed.map((a) => a.why)]) {
      expect(whyText(why, 'en'), why).not.toBe(why);
      expect(whyText(why, 'zh-cn'), why).toMatch(/[\u4e00-\u9fff]/);
    }
  }
});

it('dialects have distinct ids and document each key once', () => {
  expect(new Set(dialects.map((d) => d.id)).size).toBe(dialects.length);
  for (const { keys } of dialects) expect(new Set(keys.map((k) => k.key)).size).toBe(keys.length);
});
