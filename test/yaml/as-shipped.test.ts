// The bundles hold the `yaml` package without the parts we never call (scripts/left-out.mjs). What is left must read every text
// as the whole package does: a part that was wrongly left out throws here, not in an editor.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { common } from '../../scripts/bundles.mjs';
import { LIMITS } from '../../src/yaml/limits.ts';
import { parseSource } from '../../src/yaml/parse.ts';
import type { SourceDoc } from '../../src/yaml/source-doc.ts';
import { mutant } from '../support/mutations.ts';
import { root } from '../support/repository.ts';

type Parse = typeof parseSource;
let shipped: { readonly parseSource: Parse };
let bundled: readonly string[];

beforeAll(async () => {
  const { outputFiles, metafile } = await build({
    ...common,
    absWorkingDir: root,
    entryPoints: ['src/yaml/parse.ts'],
    format: 'esm',
    minify: true,
    metafile: true,
    write: false,
  });
  bundled = Object.keys(metafile.inputs);
  shipped = await import(
    `data:text/javascript;base64,${Buffer.from(outputFiles[0]?.contents ?? []).toString('base64')}`
  );
});

const bothWays = (text: string): readonly [SourceDoc, SourceDoc] => [
  shipped.parseSource(text, 'yaml'),
  parseSource(text, 'yaml'),
];

const corners: readonly (readonly [name: string, text: string])[] = [
  [
    'tags of YAML 1.1',
    'a: !!set {x, y}\nb: !!omap [p: 1]\nc: !!pairs [p: 1]\nd: !!binary aGk=\ne: !!timestamp 2020-01-01\n',
  ],
  [
    'tags of the core',
    'a: !!int "3"\nb: !!str 3\nc: !!float 1\nd: !!bool yes\ne: !!null ""\nf: !!map {}\ng: !!seq []\n',
  ],
  [
    'tags of our own',
    '%TAG !e! tag:example.org,2000:\n---\na: !e!thing 1\nb: !include x.yaml\nc: !<tag:x> [1]\nd: !!merge x\n',
  ],
  ['a directive of YAML 1.1', '%YAML 1.1\n---\na: yes\nb: !!set {x}\n<<: {c: 1}\n'],
  ['a directive of YAML 1.2', '%YAML 1.2\n---\na: 0o17\n<<: {c: 1}\n'],
  ['anchors and merges', 'base: &b {a: 1, l: &l [1, 2]}\nx: {<<: *b, c: *l}\ny: *nobody\nz: &z {z: *z}\n'],
  ['keys that are no scalars', '? {a: 1}\n: 1\n? [b]\n: 2\n? |\n  text\n: 3\n*x : 4\n'],
  [
    'scalars of all styles',
    "a: |\n  x\n   y\nb: >-\n  x\n\n  y\nc: \"x\\u4e2d\\\n  y\"\nd: 'it''s'\ne: plain\n  more\n",
  ],
  ['what is broken', 'a: [1, {b: \nc: "x\n\t- d\n&a &b e: `\n}: ]\n%X\n'],
  ['several documents', '---\na: 1\n...\n%YAML 1.1\n---\nb: 2\n--- # empty\n'],
];

describe('the package as shipped', () => {
  it('leaves out what it says', () => {
    expect(bundled.filter((input) => input.startsWith('left-out:'))).toHaveLength(1);
  });

  it.each(corners)('reads %s as the whole package does', (_, text) => {
    const [left, whole] = bothWays(text);
    expect(left).toEqual(whole);
    expect(whole.roots.length).toBeGreaterThan(0);
  });

  it('reads fixtures and what typing makes of them as the whole package does', () => {
    const folder = join(root, 'test/fixtures/configs');
    const fixtures = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /[.]ya?ml$/.test(name))
      .sort()
      .map((name) => readFileSync(join(folder, name), 'utf8'))
      .filter((text) => text.length < LIMITS.characters);
    expect(fixtures.length).toBeGreaterThan(5);
    const mutants = Array.from({ length: 300 }, (_, seed) => mutant(fixtures, seed + 1));
    for (const text of [...fixtures, ...mutants]) {
      const [left, whole] = bothWays(text);
      expect(left).toEqual(whole);
    }
  });
});
