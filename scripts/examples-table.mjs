// The estimates of the examples, as the command line prints them.

import { spawnSync } from 'node:child_process';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');

/** Fine; over the GPU that a file names; only a floor (src/cli/exit-codes.ts). A table is printed in each of them. */
const WITH_TABLE = [0, 1, 2];

/** @returns {boolean} whether the table stands on the screen, whatever it says of the examples */
export function printedTable(program = 'dist/headroom.cjs') {
  console.log('\nheadroom estimate examples\n');
  const { status } = spawnSync(process.execPath, [program, 'estimate', 'examples'], { cwd: root, stdio: 'inherit' });
  return status !== null && WITH_TABLE.includes(status);
}
