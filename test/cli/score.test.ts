import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runCommand } from '../support/captured-terminal.ts';

const ROWS = 'test/measured/minimind.jsonl';

describe('headroom score', () => {
  it('prints one object a row and counter, and nothing that only its tables need', async () => {
    const { status, out } = await runCommand(['score', ROWS, '--json']);
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(status).toBe(0);
    const rows = readFileSync(ROWS, 'utf8').trim().split('\n').length;
    expect(new Set(lines.map((line) => line.id)).size).toBe(rows);
    for (const line of lines) {
      const keys =
        'skipped' in line ? ['id', 'skipped'] : ['id', 'counter', 'measured', 'low', 'expected', 'high', 'error'];
      expect(Object.keys(line)).toEqual(keys);
    }
  });

  it('prints tables with what could not be compared', async () => {
    const { status, out } = await runCommand(['score', ROWS]);
    expect(status).toBe(0);
    expect(out).toMatch(/^allocated, by all\n +rows +median/m);
    expect(out).toMatch(/^minimind +\d+ +0\.0/m);
  });

  it('names a file that cannot be read, and still scores the others', async () => {
    const { status, out, err } = await runCommand(['score', 'no-such.jsonl', ROWS, '--json']);
    expect(status).toBe(2);
    expect(err.join('\n')).toContain('no-such.jsonl:1:1: error headroom/unreadable-file: missing');
    expect(out).toContain('minimind');
  });
});
