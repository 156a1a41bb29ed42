// The repository as the guards see it: the files that are tracked, or new and not ignored.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** Paths relative to the root, with `/`. */
export function repositoryFiles(): readonly string[] {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const listed = execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 }).split('\0');
  return listed.filter((file) => file !== '' && existsSync(root + file));
}

export const readRepositoryFile = (file: string): string => readFileSync(root + file, 'utf8');
