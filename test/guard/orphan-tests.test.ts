// Every test file is run by something: vitest by its pattern, the workbench suites by their folders.

import { describe, expect, test } from 'vitest';
import config from '../../vitest.config.mts';
import { readRepositoryFile, repositoryFiles } from '../support/repository.ts';

const tests = repositoryFiles().filter((file) => file.startsWith('test/') && !file.startsWith('test/fixtures/'));
const WORKBENCH_SUITE = /^test\/workbench\/(in-host|packed|ui)\/[^/]+[.]test[.]ts$/;
const runByVitest = (file: string): boolean => file.endsWith('.test.ts') && !file.startsWith('test/workbench/');

describe('no test is left behind', () => {
  test('vitest is told to run every *.test.ts outside the workbench', () => {
    expect(config.test?.include).toEqual(['test/**/*.test.ts']);
    expect(config.test?.exclude).toEqual(['test/workbench/**', 'node_modules/**']);
    expect(tests.filter(runByVitest).length).toBeGreaterThan(10);
  });

  test('a workbench test lies in a folder that its runner compiles', () => {
    const suites = readRepositoryFile('test/workbench/compile.mjs');
    for (const suite of ['in-host', 'packed', 'ui']) expect(suites).toContain(`'${suite}'`);
    const named = tests.filter((file) => file.startsWith('test/workbench/') && file.endsWith('.test.ts'));
    expect(named.filter((file) => !WORKBENCH_SUITE.test(file))).toEqual([]);
  });

  test('a file with tests is named *.test.ts', () => {
    const holdsTests = /^\s*(?:test|it|describe)(?:[.]\w+)*(?:\(|`)/m;
    const misnamed = tests.filter(
      (file) => /[.](ts|mjs)$/.test(file) && !file.endsWith('.test.ts') && holdsTests.test(readRepositoryFile(file)),
    );
    expect(misnamed).toEqual([]);
  });

  test('no test is focused, and none is skipped without a condition', () => {
    const focused = /\b(?:test|it|describe)[.](?:only|skip|todo)\(/;
    expect(tests.filter((file) => focused.test(readRepositoryFile(file)))).toEqual([]);
  });
});
