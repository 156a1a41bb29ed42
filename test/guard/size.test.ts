// Small rooms: a file that grows past this holds two things.

import { expect, test } from 'vitest';
import { readRepositoryFile, repositoryFiles } from '../support/repository.ts';

const MAX_LINES = 300;
const CODE = /^(src|webview|scripts|test)\/.*[.](ts|tsx|mjs|cjs|css)$/;

test(`no file of code has more than ${MAX_LINES} lines`, () => {
  const files = repositoryFiles().filter((file) => CODE.test(file) && !file.startsWith('test/fixtures/'));
  expect(files.length).toBeGreaterThan(50);
  const long = files.map((file) => [file, readRepositoryFile(file).split('\n').length - 1] as const);
  expect(long.filter(([, lines]) => lines > MAX_LINES)).toEqual([]);
});

test('files are named by what they hold', () => {
  const vague = /(^|\/|-)(utils?|helpers?|manager|misc|common)([-.]|\/)/;
  expect(repositoryFiles().filter((file) => CODE.test(file) && vague.test(file))).toEqual([]);
});
