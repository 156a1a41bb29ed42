// npm test is only as honest as its counting: a stage that fails, crashes or does not exist is never counted as passed.

import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { root } from '../support/repository.ts';

/** Runs stages in a process of their own, as scripts/test.mjs does. */
function total(stages: string): { passed: number; failed: number } {
  const program = `
    import { runStages } from './scripts/stages.mjs';
    const node = (code) => ['node', '-e', code];
    console.log(JSON.stringify(await runStages([${stages}])));`;
  const out = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return JSON.parse(out.trim().split('\n').at(-1) ?? '');
}

describe('a stage without a count is one test', () => {
  test('passed or failed by its exit status', () => {
    expect(total(`{ name: 'a', command: node('0') }`)).toEqual({ passed: 1, failed: 0 });
    expect(total(`{ name: 'a', command: node('process.exit(3)') }`)).toEqual({ passed: 0, failed: 1 });
  });
  test('failed when its program does not exist', () => {
    expect(total(`{ name: 'a', command: ['headroom-no-such-program'] }`)).toEqual({ passed: 0, failed: 1 });
  });
});

describe('a stage with a count', () => {
  test('is counted by it', () => {
    expect(total(`{ name: 'a', command: node('process.exit(1)'), count: () => ({ passed: 5, failed: 2 }) }`)).toEqual({
      passed: 5,
      failed: 2,
    });
  });
  test('that crashes after its tests has failed once', () => {
    expect(total(`{ name: 'a', command: node('process.exit(1)'), count: () => ({ passed: 5, failed: 0 }) }`)).toEqual({
      passed: 5,
      failed: 1,
    });
  });
  test('that ran nothing has not passed', () => {
    expect(total(`{ name: 'a', command: node('0'), count: () => ({ passed: 0, failed: 0 }) }`)).toEqual({
      passed: 0,
      failed: 1,
    });
  });
});

test('a failing stage hides no later one', () => {
  const stages = [`{ name: 'a', command: node('process.exit(1)') }`, `{ name: 'b', command: node('0') }`];
  expect(total(stages.join())).toEqual({ passed: 1, failed: 1 });
});
