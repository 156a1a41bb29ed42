import { describe, expect, test } from 'vitest';
import { catalogue } from '../../src/catalogue/ids.ts';
import { sizeOf, wordsOf } from '../../src/catalogue/model-names.ts';
import { resolveModel } from '../../src/catalogue/resolve-model.ts';
import { parameterCount } from '../../src/memory/shape.ts';

const noFile = () => null;

// Names that state something else than the tensors of the checkpoint; each total here is the published one.
const STATED_OTHERWISE: readonly (readonly [RegExp, why: string])[] = [
  [
    /Llama-3\.2-1B|gemma-(1\.1-)?2b|gemma-2-2b|codegemma|[/]gemma-(1\.1-)?7b|zephyr-7b-gemma/,
    'states the parameters outside the embedding',
  ],
  [
    /Falcon3-1B|salamandra-2b|MiniCPM-2B|OLMo-1B|OLMo-2-0425-1B|granite-3\.[01]-2b|pythia-/,
    'states the parameters outside the embedding',
  ],
  [
    /DeepSeek-R1-Distill-Qwen-1\.5B|DeepScaleR-1\.5B/,
    'keeps the name of the tied model it starts from, with a head of its own',
  ],
  [/Qwen2(\.5)?-VL-[37]B/, 'states the language model without its vision tower'],
  [/open_llama_3b|PowerLM-3b|starcoderbase-1b|stablelm-(base|tuned)-alpha/, 'rounded down by its authors'],
];

describe('every id of the catalogue', () => {
  test('resolves, exactly and as itself', () => {
    for (const { id } of catalogue) {
      const model = resolveModel({ id }, noFile);
      expect(model, id).toMatchObject({ kind: 'known', id, source: 'id', width: 0 });
      expect(model, id).not.toHaveProperty('base');
    }
  });

  test('holds the parameters its name states, within 12 %', () => {
    const off = catalogue.flatMap(({ id }) => {
      const stated = wordsOf(id.slice(id.indexOf('/') + 1))
        .map(sizeOf)
        .find((n) => n !== null);
      const model = resolveModel({ id }, noFile);
      if (!stated || model.kind === 'unknown') return [];
      const error = parameterCount(model.shape) / stated - 1;
      const excused = STATED_OTHERWISE.some(([pattern]) => pattern.test(id));
      return Math.abs(error) > 0.12 && !excused
        ? [`${id} ${(parameterCount(model.shape) / 1e9).toFixed(3)} B: ${(error * 100).toFixed(0)} %`]
        : [];
    });
    expect(off).toEqual([]);
  });

  test('knows the type it is stored in', () => {
    for (const { id } of catalogue) {
      const model = resolveModel({ id }, noFile);
      expect(model.kind === 'known' && model.shape.dtype, id).toBeTruthy();
    }
  });

  test('is listed once', () => {
    expect(new Set(catalogue.map((e) => e.id)).size).toBe(catalogue.length);
  });
});
