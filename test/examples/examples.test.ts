// Every example is read without a complaint by the dialect its folder is named after, and its model is known.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { resolveModel } from '../../src/catalogue/resolve-model.ts';
import { detectDialect } from '../../src/dialects/registry.ts';
import { parseSource } from '../../src/yaml/parse.ts';
import { sourceLanguageOf } from '../../src/yaml/source-language.ts';

const root = new URL('../../examples/', import.meta.url);
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => /[.](?:yaml|sh)$/.test(path));

/** Folders that are not named after a dialect. */
const DIALECTS: Readonly<Record<string, readonly string[]>> = {
  headroom: ['headroom-run'],
  seed: ['headroom-run', 'llamafactory'],
};

test('there are examples of each kind', () => {
  expect(new Set(files.map((path) => path.split('/')[0]))).toEqual(
    new Set(['axolotl', 'headroom', 'litgpt', 'llamafactory', 'minimind', 'ms-swift', 'seed', 'torchtune', 'trl']),
  );
});

describe.each(files)('%s', (path) => {
  const text = readFileSync(new URL(path, root), 'utf8');
  const doc = parseSource(text, sourceLanguageOf(path));
  const dialect = detectDialect(doc, path)?.dialect;
  const world = { file: () => null, fileName: path, versions: {} };
  const reading = dialect?.read(doc, world);

  test('is read as what it is, without a finding', () => {
    const folder = path.split('/')[0];
    const expected = DIALECTS[folder ?? ''] ?? [folder];
    expect(expected).toContain(dialect?.id);
    expect(reading?.purpose).toBe('training');
    expect(reading?.findings).toEqual([]);
  });

  test('names a model the catalogue knows exactly', () => {
    const model = resolveModel(reading?.run?.model ?? {}, () => null);
    expect(model).toMatchObject({ kind: 'known', width: 0 });
  });

  test('says what it is in English and in Chinese', () => {
    const comments = text
      .split('\n')
      .filter((line) => line.includes('#'))
      .join('\n');
    expect(comments).toMatch(/[a-z]{4}/);
    expect(comments).toMatch(/[\u4e00-\u9fff]/);
  });
});
