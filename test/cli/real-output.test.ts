// The contract of `--json`, held to by real answers: every example, through the real replay.

import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { estimateSchema } from '../../src/cli/estimate-schema.ts';
import { runCommand } from '../support/captured-terminal.ts';
import { root } from '../support/repository.ts';

const { out } = await runCommand(['estimate', join(root, 'examples'), '--json', '--gpu', 'A100 80GB']);
const reports = JSON.parse(out) as ReturnType<typeof estimateSchema.parse>[];

test('there are examples, and they have estimates', () => {
  expect(reports.length).toBeGreaterThan(5);
  expect(reports.filter(({ peak }) => peak !== null).length).toBeGreaterThan(5);
});

describe.each(reports.map((report) => [report.file.slice(root.length), report] as const))('%s', (_, report) => {
  test('holds to the schema, with nothing beside it', () => {
    expect(estimateSchema.parse(report)).toEqual(report);
  });

  test.runIf(report.peak !== null)('terms add up to the peak exactly, and totals stand in their order', () => {
    const { peak, terms } = report;
    expect(terms.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(peak?.allocated.expected);
    for (const { bytes, parts } of terms)
      expect(parts.reduce((sum, part) => sum + part.bytes, 0)).toBeLessThanOrEqual(bytes);
    for (const range of Object.values(peak ?? {})) {
      expect(range.low).toBeLessThanOrEqual(range.expected);
      expect(range.expected).toBeLessThanOrEqual(range.high);
    }
    expect(peak?.reserved.expected).toBeGreaterThanOrEqual(peak?.allocated.expected ?? 0);
    expect(peak?.device.expected).toBeGreaterThan(peak?.reserved.expected ?? 0);
  });

  test.runIf(report.peak !== null)('the phase named is the one that peaks', () => {
    const named = report.phases.find(({ name }) => name === report.phase);
    expect(named?.allocated).toBe(Math.max(...report.phases.map(({ allocated }) => allocated)));
  });
});
