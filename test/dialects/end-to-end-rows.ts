// Rows of truth that name a framework's own file: what the framework's own command did on it, and our reading of the same file.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { MeasuredRow } from '../../src/cli/score.ts';
import type { World } from '../../src/dialects/dialect.ts';
import { detectDialect } from '../../src/dialects/registry.ts';
import { completeRun } from '../../src/memory/run.ts';
import { parseSource } from '../../src/yaml/parse.ts';

export const ROOT = join(import.meta.dirname, '../measured/end-to-end');

export interface Facts {
  readonly parameters: Readonly<Record<string, number>>;
  readonly autocast: 'no' | 'bf16' | 'fp16';
  readonly attention: string;
  readonly checkpointReentrant: boolean | null;
  readonly checkpointCalls: number;
  readonly optimizer: string;
  readonly optimizerFlags: { readonly fused?: boolean | null };
  readonly lora: { readonly r: number; readonly dropout: number; readonly targets: readonly string[] } | null;
  readonly batches: readonly {
    readonly shape: readonly [number, number];
    readonly maskAllOnes: boolean;
    readonly packedPositions: boolean | null;
  }[];
}
export interface Row extends MeasuredRow {
  readonly file: string;
  readonly actualLength: number;
  readonly actualBatch: number;
  readonly versions: Readonly<Record<string, string>>;
  readonly facts: Facts;
}

export const rowsOf = (name: string): readonly Row[] =>
  readFileSync(join(ROOT, name), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);

export function readRow(row: Row) {
  const path = join(ROOT, row.file);
  const doc = parseSource(readFileSync(path, 'utf8'), 'yaml');
  const below = (name: string): string | null => {
    const target = join(dirname(path), name);
    return existsSync(target) ? readFileSync(target, 'utf8') : null;
  };
  const world: World = { fileName: path, file: below, versions: row.versions };
  const found = detectDialect(doc, path);
  const reading = found?.dialect.read(doc, world);
  if (!reading?.run) throw new Error(`${row.id}: no run`);
  return {
    reading,
    run: completeRun(reading.run),
    config: reading.run.model.config ?? {},
    dtypeWritten: reading.run.weights?.dtype,
  };
}
