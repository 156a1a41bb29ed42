// Every config file of the corpus, ours and everybody else's: what is claimed, what is read, and why the rest is not.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { World } from '../../src/dialects/dialect.ts';
import { detectDialect } from '../../src/dialects/registry.ts';
import { parseSource } from '../../src/yaml/parse.ts';

const CORPUS = join(import.meta.dirname, '../../../shared/corpus');
const present = existsSync(CORPUS);
if (!present) console.log(`skipped: no corpus at ${relative(process.cwd(), CORPUS)}`);

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((e) => e.isFile() && /\.(ya?ml|json)$/.test(e.name))
    .map((e) => join(e.parentPath, e.name));
}

function look(file: string) {
  const text = readFileSync(file, 'utf8');
  const before = performance.now();
  const doc = parseSource(text, file.endsWith('.json') ? 'json' : 'yaml');
  const found = detectDialect(doc, file);
  const world: World = { fileName: file, file: () => undefined, versions: {} };
  const reading = found?.dialect.read(doc, world) ?? null;
  return { file, doc, found, reading, ms: performance.now() - before };
}

describe.skipIf(!present)('LLaMA-Factory files of the corpus', () => {
  const looked = present ? filesBelow(join(CORPUS, 'llamafactory')).map(look) : [];
  /** Files that drive another program: launchers' settings, DeepSpeed's JSON, CPU placement rules. */
  const companion = (file: string): boolean =>
    /[\\/](accelerate|deepspeed|kt_optimize_rules)[\\/]|lora_multi_gpu[\\/](master_|slave_)?config\.yaml/.test(file) ||
    file.endsWith('.json');
  /** Merging by the second generation: a model and two plugins, too little to claim, and nothing to show either way. */
  const tooLittle = (file: string): boolean => /v1[\\/]train_lora[\\/]export_lora\.yaml$/.test(file);

  it('are claimed, all but the companions', () => {
    const missed = looked.filter(
      (l) => !companion(l.file) && !tooLittle(l.file) && !l.found?.dialect.id.startsWith('llamafactory'),
    );
    const wrong = looked.filter((l) => companion(l.file) && l.found);
    console.log(
      `claimed ${looked.filter((l) => l.found).length} of ${looked.length} files, companions ${looked.filter((l) => companion(l.file)).length}`,
    );
    expect(missed.map((l) => relative(CORPUS, l.file))).toEqual([]);
    expect(wrong.map((l) => relative(CORPUS, l.file))).toEqual([]);
  });

  it('have a purpose that their folder agrees with', () => {
    const claimed = looked.filter((l) => l.reading);
    const expected = (file: string): string =>
      /merge|export/.test(file)
        ? 'export'
        : /predict|eval_nlg|nlg_eval|_eval\.ya?ml/.test(file)
          ? 'evaluation'
          : /infer/.test(file)
            ? 'inference'
            : /preprocess/.test(file)
              ? 'data'
              : 'training';
    const others = claimed.filter(
      (l) => l.reading?.purpose !== expected(relative(CORPUS, l.file).split('/').slice(2).join('/')),
    );
    expect(others.map((l) => `${relative(CORPUS, l.file)}: ${l.reading?.purpose}`)).toEqual([]);
  });

  it('give a run, and say why where they do not', () => {
    const training = looked.filter((l) => l.reading?.purpose === 'training');
    const readable = training.filter((l) => l.reading?.run);
    console.log(`runs ${readable.length} of ${training.length} training files`);
    for (const l of training) {
      for (const f of l.reading?.findings ?? [])
        console.log(`  ${relative(CORPUS, l.file)}: ${f.code} ${JSON.stringify(f.args)}`);
    }
    expect(readable.length).toBe(training.length);
  });
});

/** The folders of the corpus in which files of a dialect lie. */
const HOMES: Readonly<Record<string, readonly string[]>> = {
  llamafactory: ['llamafactory'],
  'llamafactory-v1': ['llamafactory'],
  litgpt: ['litgpt'],
  torchtune: ['torchtune'],
  axolotl: ['axolotl'],
  trl: ['trl'],
  'ms-swift': ['ms-swift'],
};

describe.skipIf(!present)('a dialect', () => {
  it('claims no file of another', () => {
    const folders = present ? readdirSync(CORPUS).filter((d) => !d.startsWith('_') && !d.endsWith('.md')) : [];
    const looked = folders.flatMap((folder) =>
      filesBelow(join(CORPUS, folder)).map((file) => ({ folder, ...look(file) })),
    );
    const wrong = looked.filter((l) => l.found && !HOMES[l.found.dialect.id]?.includes(l.folder));
    console.log(
      `claimed wrongly: ${wrong.length} of ${looked.length} files; slowest ${Math.max(...looked.map((l) => l.ms)).toFixed(1)} ms`,
    );
    expect(wrong.map((l) => `${relative(CORPUS, l.file)}: ${l.found?.dialect.id}`)).toEqual([]);
  });
});
