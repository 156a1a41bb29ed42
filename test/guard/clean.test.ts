// Nothing of the machine it was made on may enter the repository: no path of it, no host of a package registry.

import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { readRepositoryFile, repositoryFiles, root } from '../support/repository.ts';

const TEXT = /[.](ts|tsx|mjs|cjs|css|html|json|jsonl|ya?ml|md|svg|txt)$|^[^.]*$|(^|\/)[.][^./]+$/;
const texts = repositoryFiles()
  .filter((file) => TEXT.test(file))
  .map((file) => ({ file, text: readRepositoryFile(file) }));

const filesWith = (pattern: RegExp): readonly string[] =>
  texts.filter(({ text }) => pattern.test(text)).map(({ file }) => file);
const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

test('no path of this machine', () => {
  // The home of a container's root is everybody's, and configs name models in it.
  const homes = [resolve(root), dirname(resolve(root)), homedir()].filter((path) => path !== '/' && path !== '/root');
  const pattern = new RegExp(
    `(^|[\\s'"\`(=:])(${[...homes.map(literally), '[/]work', '[/]farm'].join('|')})[\\\\/]`,
    'm',
  );
  expect(pattern.test(`"${resolve(root)}/x"`)).toBe(true);
  expect(filesWith(pattern)).toEqual([]);
});

test('no host of a package registry', () => {
  const pattern = /https?:[/][/][\w.-]*(npmjs|npmmirror|pypi|pythonhosted|yarnpkg)[\w.-]*/i;
  expect(pattern.test(['https:', '', 'registry.npm' + 'js.org', 'yaml'].join('/'))).toBe(true);
  expect(filesWith(pattern)).toEqual([]);
});

test('the lock file names no place that packages came from', () => {
  expect(readRepositoryFile('package-lock.json')).not.toMatch(/"resolved": "http/);
});
