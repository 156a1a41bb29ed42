// Files, read with bounds and without surprises: a path answers its text, or why there is none.
// Deliberately absent: writing. The command line changes nothing on this machine, but for `profile --save`.

import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { fail, ok, type Result } from '../base/result.ts';

/** A training config and a config.json have a few KiB; anything this large is something else. */
const MAX_BYTES = 1024 * 1024;

export type Unread = 'missing' | 'not-a-file' | 'too-large' | 'unreadable';

export function readText(path: string, limit = MAX_BYTES): Result<string, Unread> {
  try {
    const stat = statSync(path);
    if (!stat.isFile()) return fail('not-a-file');
    if (stat.size > limit) return fail('too-large');
    return ok(readFileSync(path, 'utf8'));
  } catch (error) {
    return fail(isMissing(error) ? 'missing' : 'unreadable');
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');

/**
 * What configs name (a local model's config.json), for readers that ask while they read: beside the config, then from
 * the folder the command runs in, as frameworks do. Null says that no such file exists.
 */
export function filesBeside(configPath: string | null): (path: string) => string | null {
  const known = new Map<string, string | null>();
  const bases = [...new Set([...(configPath === null ? [] : [dirname(resolve(configPath))]), process.cwd()])];
  return (path) => {
    const before = known.get(path);
    if (before !== undefined) return before;
    const text = firstText(placesOf(path, bases));
    known.set(path, text);
    return text;
  };
}

function placesOf(path: string, bases: readonly string[]): readonly string[] {
  if (path === '' || path.includes('\0')) return [];
  if (path.startsWith('~/')) return [join(homedir(), path.slice(2))];
  return isAbsolute(path) ? [path] : bases.map((base) => join(base, path));
}

function firstText(places: readonly string[]): string | null {
  for (const place of places) {
    const text = readText(place);
    if (text.ok) return text.value;
  }
  return null;
}
