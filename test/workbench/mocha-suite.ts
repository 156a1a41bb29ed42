// Runs compiled test files with mocha, and leaves the counts where run.mjs looks for them. Used inside an extension
// host and outside of it.

import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';

const TEST_LIMIT_MS = 60_000;

/** Every file of the folder whose name ends with `.test.cjs` or `.test.mjs`, so that none can be forgotten. */
export async function runMocha(folder: string): Promise<number> {
  const mocha = new Mocha({ ui: 'bdd', timeout: TEST_LIMIT_MS, color: false, reporter: 'spec' });
  const files = readdirSync(folder).filter((name) => /\.test\.[cm]js$/.test(name));
  if (files.length === 0) throw new Error(`no tests in ${folder}`);
  for (const name of files.sort()) mocha.addFile(path.join(folder, name));
  await mocha.loadFilesAsync();
  return new Promise((resolve) => {
    const runner = mocha.run((failures) => {
      report(runner.stats);
      resolve(failures);
    });
  });
}

function report(stats: Mocha.Stats | undefined): void {
  const results = process.env.HEADROOM_TEST_RESULTS;
  if (results === undefined || stats === undefined) return;
  writeFileSync(results, JSON.stringify({ passed: stats.passes, failed: stats.failures }));
}
