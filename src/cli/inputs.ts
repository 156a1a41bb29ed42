// From what was named on the command line to texts: files, folders searched for configs, standard input, run files.

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readText, type Unread } from './disk.ts';
import type { Terminal } from './terminal.ts';

/** One text to estimate. */
export interface Input {
  /** As messages and reports name it. */
  readonly file: string;
  readonly text: string;
  /** Where it lies; null for standard input. */
  readonly path: string | null;
  /** The folder it was found in; null: it was named outright, so if it is no training config we say so. */
  readonly folder: string | null;
  /** Chosen by the user (`--run`) instead of detected. */
  readonly dialect: string | null;
}

export interface BadInput {
  readonly file: string;
  readonly why: Unread | 'empty-folder';
}

export interface Inputs {
  readonly found: readonly Input[];
  readonly bad: readonly BadInput[];
}

const STDIN = '<stdin>';
const NATIVE = 'headroom-run';
/** Markdown, Makefiles and Python are read only where they are named: a folder of them is no folder of configs. */
const CONFIG_NAME = /\.(ya?ml|jsonc?|toml|sh)$/i;
/** Folders that hold other people's files, or the results of a run: checkpoints carry no config of their own. */
const SKIPPED_FOLDERS = new Set(['node_modules', '__pycache__', 'venv', 'site-packages', 'dist', 'build', 'out']);
const MAX_DEPTH = 12;
const MAX_FILES = 20_000;

export async function collectInputs(
  paths: readonly string[],
  runs: readonly string[],
  terminal: Terminal,
): Promise<Inputs> {
  const found: Input[] = [];
  const bad: BadInput[] = [];
  for (const path of paths) {
    const folder = isFolder(path);
    const inputs = folder ? inputsOfFolder(path) : await namedInput(path, null, terminal);
    if ('why' in inputs) bad.push(inputs);
    else found.push(...inputs);
  }
  for (const path of runs) {
    const inputs = await namedInput(path, NATIVE, terminal);
    if ('why' in inputs) bad.push(inputs);
    else found.push(...inputs);
  }
  return { found, bad };
}

async function namedInput(
  path: string,
  dialect: string | null,
  terminal: Terminal,
): Promise<readonly Input[] | BadInput> {
  if (path === '-') return [{ file: STDIN, text: await terminal.input(), path: null, folder: null, dialect }];
  const text = readText(path);
  return text.ok ? [{ file: path, text: text.value, path, folder: null, dialect }] : { file: path, why: text.error };
}

function inputsOfFolder(folder: string): readonly Input[] | BadInput {
  const inputs = configsIn(folder).flatMap((path): Input[] => {
    const text = readText(path);
    return text.ok ? [{ file: path, text: text.value, path, folder, dialect: null }] : [];
  });
  return inputs.length > 0 ? inputs : { file: folder, why: 'empty-folder' };
}

/** Every file that may be a config, in a stable order; links are not followed, so the walk ends. */
function configsIn(root: string): readonly string[] {
  const found: string[] = [];
  const walk = (folder: string, depth: number): void => {
    if (depth > MAX_DEPTH) return;
    for (const entry of entriesOf(folder)) {
      if (found.length >= MAX_FILES) return;
      const path = join(folder, entry.name);
      if (entry.isDirectory() && !entry.name.startsWith('.') && !SKIPPED_FOLDERS.has(entry.name)) walk(path, depth + 1);
      else if (entry.isFile() && CONFIG_NAME.test(entry.name)) found.push(path);
    }
  };
  walk(root, 0);
  return found;
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    // A folder we may not read holds nothing for us.
    return [];
  }
}

function isFolder(path: string): boolean {
  try {
    return path !== '-' && statSync(path).isDirectory();
  } catch {
    // Missing or forbidden: reading it says which.
    return false;
  }
}
