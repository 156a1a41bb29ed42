// What the command line says about a file: the editor must say the same.

import { execFileSync } from 'node:child_process';
import path from 'node:path';

/** The part of `headroom estimate --json` that the tests compare. */
export interface Answer {
  readonly dialect: string;
  readonly peak: { readonly device: { readonly low: number; readonly expected: number; readonly high: number } };
  readonly terms: readonly { readonly term: string; readonly bytes: number }[];
  readonly fit: { readonly verdict: string | null } | null;
  readonly problems: readonly { readonly code: string; readonly severity: string; readonly message: string }[];
}

/** Set by run.mjs: the Node that runs the tests, since an extension host may be no Node at all. */
const node = process.env.HEADROOM_TEST_NODE ?? process.execPath;
const root = process.env.HEADROOM_TEST_ROOT ?? process.cwd();

export function estimate(file: string, ...options: readonly string[]): Answer {
  const args = [path.join(root, 'dist/headroom.cjs'), 'estimate', file, '--json', ...options];
  const [answer] = JSON.parse(printed(args)) as Answer[];
  if (!answer) throw new Error(`the command line says nothing about ${file}`);
  return answer;
}

/** An exit status of 1 (over the GPU) or 2 (not estimated) still prints its answer. */
function printed(args: readonly string[]): string {
  try {
    return execFileSync(node, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch (error) {
    if (error instanceof Error && 'stdout' in error && typeof error.stdout === 'string' && error.stdout !== '') {
      return error.stdout;
    }
    throw error;
  }
}
