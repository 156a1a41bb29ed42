// Where the user has a backend: folders whose node_modules are looked into, in order.

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { COMPUTING, type ComputingRung } from './rungs.ts';

/** The first of these folders from which every package of a rung is found, or null. Node's own search goes upwards too. */
export function findRung(rung: ComputingRung, folders: readonly string[]): string | null {
  return folders.find((folder) => COMPUTING[rung].packages.every((name) => isInstalled(name, folder))) ?? null;
}

function isInstalled(name: string, folder: string): boolean {
  if (!existsSync(folder)) return false;
  try {
    createRequire(join(folder, 'anchor.js')).resolve(`${name}/package.json`);
    return true;
  } catch {
    return false;
  }
}
