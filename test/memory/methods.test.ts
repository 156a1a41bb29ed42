// Every traced row of a method, kernel, loss or optimizer, against the allocator's replay: to a thousandth.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findGpu } from '../../src/catalogue/gpus.ts';
import { resolveModel } from '../../src/catalogue/resolve-model.ts';
import { estimateRun } from '../../src/memory/estimate-run.ts';
import { completeRun, type RunInput } from '../../src/memory/run.ts';

interface Row {
  readonly id: string;
  readonly run: RunInput;
  readonly measured: { readonly allocated: number; readonly reserved: number };
  readonly trainable: number;
}

const rowsOf = (name: string): Row[] =>
  readFileSync(new URL(`../measured/${name}`, import.meta.url), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Row);

function check(row: Row, limit: number): void {
  const model = resolveModel(row.run.model, () => null);
  if (model.kind !== 'known') throw new Error('the row states its whole shape');
  const run = completeRun(row.run);
  const result = estimateRun({ run, shape: model.shape, gpu: findGpu(run.gpu ?? ''), depth: 'allocator' });
  if (!result.ok) throw new Error(`${result.error.field}=${result.error.value}`);
  const { peak, trainable } = result.value;
  expect(Math.abs(peak.allocated.expected / row.measured.allocated - 1)).toBeLessThan(limit);
  expect(trainable).toBe(row.trainable);
}

describe('traced methods', () => {
  it.each(rowsOf('methods.jsonl').map((row) => [row.id, row] as const))('%s', (_, row) => check(row, 0.001));
});

describe('axolotl’s fused projections with adapters', () => {
  // One row misses a large block that the allocator did not split.
  it.each(rowsOf('lora-kernels.jsonl').map((row) => [row.id, row] as const))('%s', (_, row) => check(row, 0.004));
});

describe('TRL’s fused head, in its own trainer', () => {
  it.each(rowsOf('fused-head.jsonl').map((row) => [row.id, row] as const))('%s', (_, row) => check(row, 0.004));
});
