// Reads a fixture as an editor would: detection, then the dialect, with files of a small made-up world.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { World } from '../../src/dialects/dialect.ts';
import type { Reading } from '../../src/dialects/reading.ts';
import { detectDialect } from '../../src/dialects/registry.ts';
import { withValues } from '../../src/yaml/overlay.ts';
import { parseSource } from '../../src/yaml/parse.ts';
import type { SourceDoc } from '../../src/yaml/source-doc.ts';
import { sourceLanguageOf } from '../../src/yaml/source-language.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures/configs');

export interface Surroundings {
  readonly files?: Readonly<Record<string, string | null>>;
  readonly versions?: Readonly<Record<string, string>>;
  readonly set?: Readonly<Record<string, string>>;
}

export interface FixtureRead {
  readonly doc: SourceDoc;
  readonly dialect: string;
  readonly reading: Reading;
}

export const fixtureText = (name: string): string => readFileSync(join(FIXTURES, name), 'utf8');

export const readFixture = (name: string, around: Surroundings = {}): FixtureRead =>
  readText(fixtureText(name), around, name);

export function readText(
  text: string,
  { files = {}, versions = {}, set = {} }: Surroundings = {},
  name = 'config.yaml',
): FixtureRead {
  const doc = withValues(parseSource(text, sourceLanguageOf(name)), set);
  const found = detectDialect(doc, name);
  if (!found) throw new Error(`${name}: no dialect claims it`);
  const world: World = { fileName: name, file: (path) => files[path], versions };
  return { doc, dialect: found.dialect.id, reading: found.dialect.read(doc, world) };
}

/** Findings as `code key` with the text they stand under. */
export const told = ({ doc, reading }: FixtureRead): readonly string[] =>
  reading.findings.map((f) => `${f.code} ${f.args.key ?? ''} @ ${doc.text.slice(f.span.start, f.span.end)}`);
