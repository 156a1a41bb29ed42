// npm start shows examples, among them runs that fit no card: what the table says is no failure of showing it.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from '../support/repository.ts';

/** Prints the table with a stand-in for the command line, in a process of its own. */
function shown(commandLine: string): string {
  const program = join(mkdtempSync(join(tmpdir(), 'headroom-')), 'program.cjs');
  writeFileSync(program, commandLine);
  const script = `
    import { printedTable } from './scripts/examples-table.mjs';
    console.log(printedTable(${JSON.stringify(program)}));`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: root,
    encoding: 'utf8',
  });
  return stdout.trim().split('\n').at(-1) ?? '';
}

describe('the table of npm start', () => {
  test.each([0, 1, 2])('stands, though the command line ends with %i', (status) => {
    expect(shown(`process.exitCode = ${status}`)).toBe('true');
  });
  test.each([
    ['wrong usage', 'process.exitCode = 64'],
    ['a bug', 'process.exitCode = 70'],
    ['a signal', "process.kill(process.pid, 'SIGKILL')"],
  ])('does not stand after %s', (_, program) => {
    expect(shown(program)).toBe('false');
  });
});
