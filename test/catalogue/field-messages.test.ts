// Every refused field of a config.json is named together with what it must be: no family leaves that to the schema library.

import { describe, expect, it } from 'vitest';
import { familyNames, readShape } from '../../src/catalogue/families.ts';
import { catalogue } from '../../src/catalogue/ids.ts';
import type { ModelConfig } from '../../src/memory/run.ts';

const examples = new Map(catalogue.map(({ config }): [unknown, ModelConfig] => [config.model_type, config]));

/** Every field, and every field one level below, each replaced by something it cannot be. */
function spoilt(config: ModelConfig): readonly (readonly [path: string, config: ModelConfig])[] {
  return Object.entries(config)
    .filter(([key]) => key !== 'model_type')
    .flatMap(([key, value]) => [
      [key, { ...config, [key]: [{ not: 'this' }] }] as const,
      ...(typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.keys(value).map(
            (below) => [`${key}.${below}`, { ...config, [key]: { ...value, [below]: [{}] } }] as const,
          )
        : []),
    ]);
}

describe('what a refused field is told', () => {
  it('has an example of most families', () => {
    expect(examples.size).toBeGreaterThan(familyNames.length / 2);
  });

  it.each([...examples])('%s', (_, config) => {
    const refusals = spoilt(config).flatMap(([path, bad]) => {
      const shape = readShape(bad);
      // A field that the family does not read cannot be wrong.
      return shape.ok ? [] : [{ path, detail: shape.error.detail }];
    });
    expect(refusals.length).toBeGreaterThan(2);
    for (const { path, detail } of refusals)
      expect(detail).toMatch(new RegExp(`^${path.replace('.', '[.]')}[.\\d]*: (must be|MPT)`));
  });

  it.each([
    ['a section that is none', { model_type: 'gemma3', text_config: 3 }, 'text_config: must be an object'],
    ['a name among names', { ...examples.get('gemma2'), layer_types: [7] }, 'layer_types.0: must be a name'],
    [
      'a flag of MiniMind',
      { ...examples.get('minimind'), model_type: 'minimind', hidden_size: 512, num_hidden_layers: 8, use_moe: 'no' },
      'use_moe: must be true or false',
    ],
    [
      'a layer among layers',
      { ...examples.get('qwen2_moe'), mlp_only_layers: [0.5] },
      'mlp_only_layers.0: must be a whole number from 0 to 1048576',
    ],
  ])('%s', (_, config, detail) => {
    expect(readShape(config)).toEqual({ ok: false, error: { why: 'bad-field', detail } });
  });
});
