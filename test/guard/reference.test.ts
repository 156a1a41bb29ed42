// Documentation in step with the code: the reference page, and every file that a page links to.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { referencePage } from '../../scripts/reference.ts';
import { readRepositoryFile, repositoryFiles, root } from '../support/repository.ts';

const PAGE = join(root, 'docs/reference.md');
if (process.env.UPDATE) writeFileSync(PAGE, referencePage());

test('docs/reference.md is what the code says (UPDATE=1 rewrites it)', () => {
  expect(readFileSync(PAGE, 'utf8')).toBe(referencePage());
});

test('every relative link of a page leads to a file', () => {
  const broken = repositoryFiles()
    .filter((file) => file.endsWith('.md') && !file.startsWith('test/fixtures/'))
    .flatMap((page) => relativeLinks(readRepositoryFile(page)).map((link) => ({ page, link })))
    .filter(({ page, link }) => !existsSync(join(root, dirname(page), link)));
  expect(broken).toEqual([]);
});

function relativeLinks(markdown: string): readonly string[] {
  const targets = [...markdown.matchAll(/\]\(([^)\s]+)\)|<(?:img|source)[^>]*\s(?:src|srcset)="([^"]+)"/g)];
  return targets
    .map((match) => (match[1] ?? match[2] ?? '').replace(/#.*$/, ''))
    .filter((link) => link !== '' && !/^[a-z]+:/.test(link));
}
