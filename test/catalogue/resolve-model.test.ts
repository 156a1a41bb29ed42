import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { familyNames } from '../../src/catalogue/families.ts';
import { catalogue } from '../../src/catalogue/ids.ts';
import { resolveModel } from '../../src/catalogue/resolve-model.ts';
import type { ModelConfig, ModelRef } from '../../src/memory/run.ts';
import { parameterCount } from '../../src/memory/shape.ts';

const noFile = () => null;
const tiny: ModelConfig = {
  model_type: 'llama',
  hidden_size: 64,
  intermediate_size: 128,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  vocab_size: 100,
};
const known = (ref: ModelRef, file: (path: string) => string | null = noFile) => {
  const model = resolveModel(ref, file);
  if (model.kind === 'unknown') expect.fail(`${model.why}: ${model.detail}`);
  return model;
};
const why = (ref: ModelRef, file: (path: string) => string | null = noFile) => {
  const model = resolveModel(ref, file);
  return model.kind === 'unknown' ? [model.why, model.detail] : 'known';
};

describe('where fields come from', () => {
  test('inline fields win over the id, field by field', () => {
    const model = known({ id: 'Qwen/Qwen2.5-7B', config: { num_hidden_layers: 4 } });
    expect(model).toMatchObject({ source: 'config', id: 'Qwen/Qwen2.5-7B' });
    expect(model.shape.layers).toEqual([0, 0, 0, 0]);
    expect(model.shape.hidden).toBe(3584);
  });

  test('a local config.json wins over the catalogue, and inline fields over it', () => {
    const file = (path: string) => (path === 'Qwen/Qwen2.5-7B/config.json' ? JSON.stringify(tiny) : null);
    expect(known({ id: 'Qwen/Qwen2.5-7B/' }, file)).toMatchObject({ source: 'config', shape: { hidden: 64 } });
    expect(known({ id: 'Qwen/Qwen2.5-7B', config: { vocab_size: 7 } }, file).shape.vocabulary).toBe(7);
  });

  test('a config.json that is no object is named, not skipped', () => {
    expect(why({ id: 'm' }, () => '{"hidden_size": ')).toEqual(['bad-config-file', 'm/config.json']);
    expect(why({ id: 'm' }, () => '[1]')).toEqual(['bad-config-file', 'm/config.json']);
  });

  test('nothing given, nothing known', () => {
    expect(why({})).toEqual(['no-reference', '']);
    expect(why({ config: {} })).toEqual(['no-reference', '']);
  });
});

describe('what a config says', () => {
  test('the class default of tied embeddings counts, not false', () => {
    expect(known({ config: tiny }).shape.tied).toBe(false);
    expect(known({ config: { ...tiny, model_type: 'gemma', head_dim: 16 } }).shape.tied).toBe(true);
  });

  test('names and order are those of transformers', () => {
    const { shape } = known({ config: { ...tiny, model_type: 'qwen3', head_dim: 32, num_key_value_heads: 2 } });
    expect(shape.program).toBe('llama');
    expect(shape.below).toEqual([{ name: 'embed_tokens', kind: 'table', rows: 100, cols: 64 }]);
    expect(shape.above.map((w) => w.name)).toEqual(['norm', 'lm_head']);
    expect(shape.kinds[0]?.weights.map((w) => [w.name, w.rows, w.cols])).toEqual([
      ['self_attn.q_proj', 128, 64],
      ['self_attn.k_proj', 64, 64],
      ['self_attn.v_proj', 64, 64],
      ['self_attn.o_proj', 64, 128],
      ['self_attn.q_norm', 1, 32],
      ['self_attn.k_norm', 1, 32],
      ['mlp.gate_proj', 128, 64],
      ['mlp.up_proj', 128, 64],
      ['mlp.down_proj', 64, 128],
      ['input_layernorm', 1, 64],
      ['post_attention_layernorm', 1, 64],
    ]);
  });

  test('a window counts where it is switched on', () => {
    const window = (config: ModelConfig) =>
      known({ config: { ...tiny, ...config } }).shape.kinds.map((k) => k.attention?.window);
    expect(window({ model_type: 'mistral', sliding_window: 512 })).toEqual([512]);
    expect(window({ model_type: 'mistral', sliding_window: null })).toEqual([undefined]);
    expect(window({ model_type: 'qwen2', sliding_window: 512, max_window_layers: 1 })).toEqual([undefined]);
    expect(
      window({ model_type: 'qwen2', sliding_window: 512, max_window_layers: 1, use_sliding_window: true }),
    ).toEqual([undefined, 512]);
  });

  test('dtype and torch_dtype are one thing', () => {
    expect(known({ config: { ...tiny, torch_dtype: 'torch.bfloat16' } }).shape.dtype).toBe('bf16');
    expect(known({ config: { ...tiny, dtype: 'float16' } }).shape.dtype).toBe('fp16');
    expect(known({ config: { ...tiny, dtype: 'float8_e4m3fn' } }).shape.dtype).toBeUndefined();
  });

  test.each([
    ['missing fields are all named', { model_type: 'llama', hidden_size: 64 }, 'fields-missing', 'num_hidden_layers'],
    [
      '… in a nested config too',
      { model_type: 'qwen3_vl', text_config: { hidden_size: 64 } },
      'fields-missing',
      'text_config.vocab_size',
    ],
    [
      'a nested value',
      { model_type: 'gemma3', text_config: { hidden_size: 0 } },
      'bad-field',
      'text_config.hidden_size',
    ],
    ['a family we do not know', { ...tiny, model_type: 'zamba' }, 'family-not-supported', 'zamba'],
    ['no model_type', { ...tiny, model_type: undefined }, 'fields-missing', 'model_type'],
    ['a negative size', { ...tiny, hidden_size: -64 }, 'bad-field', 'hidden_size'],
    ['a size no model has', { ...tiny, vocab_size: 1e12 }, 'bad-field', 'vocab_size'],
    ['a depth that would fill memory', { ...tiny, num_hidden_layers: 1e9 }, 'bad-field', 'num_hidden_layers'],
    ['not a number', { ...tiny, intermediate_size: Number.NaN }, 'bad-field', 'intermediate_size'],
    ['a string', { ...tiny, num_attention_heads: '4' }, 'bad-field', 'num_attention_heads'],
    ['a list', { ...tiny, hidden_size: [64] }, 'bad-field', 'hidden_size'],
    ['heads that do not divide', { ...tiny, num_attention_heads: 5 }, 'bad-field', 'num_attention_heads 5'],
    ['a flag that is a word', { ...tiny, tie_word_embeddings: 'yes' }, 'bad-field', 'tie_word_embeddings'],
  ])('%s', (_, config, reason, detail) => {
    const found = why({ config });
    expect(found[0]).toBe(reason);
    expect(found[1]).toContain(detail);
  });
});

describe('hostile values', () => {
  const cycle: Record<string, unknown> = { ...tiny };
  cycle.hidden_size = cycle;
  const value = fc.oneof(
    fc.anything(),
    fc.integer(),
    fc.constantFrom(
      0,
      -1,
      1e300,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      2 ** 53,
      null,
      undefined,
      '',
      'llama',
      [],
      {},
      cycle,
    ),
  );
  const fields = [...new Set([...Object.keys(tiny), ...catalogue.flatMap((e) => Object.keys(e.config))])];
  const config = fc
    .tuple(
      fc.constantFrom(...familyNames),
      fc.constantFrom(...catalogue.map((e) => e.config)),
      fc.dictionary(fc.constantFrom(...fields), value, { maxKeys: 4 }),
    )
    .map(([model_type, sane, mess]): ModelConfig => ({ ...sane, model_type, ...mess }));

  test('a config never throws, and what is known is finite', () => {
    fc.assert(
      fc.property(config, (c) => {
        const model = resolveModel({ config: c }, noFile);
        if (model.kind === 'known') expect(Number.isSafeInteger(parameterCount(model.shape))).toBe(true);
        else expect(model.detail).not.toBe('');
      }),
      { numRuns: 2000 },
    );
  });

  test('an id never throws', () => {
    const word = fc.constantFrom(
      'llama',
      'qwen2.5',
      '7b',
      '-',
      '/',
      '_',
      'q1',
      '\n',
      '..',
      'bnb-4bit',
      '99999999b',
      '0b',
      'constructor',
    );
    const id = fc.oneof(
      fc.string({ maxLength: 60 }),
      fc.array(word, { maxLength: 40 }).map((w) => w.join('-')),
    );
    fc.assert(
      fc.property(id, (text) => {
        resolveModel({ id: text, preset: text }, noFile);
        resolveModel({ id: text }, (path) => (path.length % 7 === 0 ? text : null));
      }),
      { numRuns: 2000 },
    );
  });
});
