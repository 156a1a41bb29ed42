// The profiler's worker, bundled as it is shipped, for tests that start it.

import { build } from 'esbuild';
import { bundles, common } from '../../scripts/bundles.mjs';
import { root } from './repository.ts';

export async function buildProfilerWorker(): Promise<string> {
  const worker = bundles.find(({ name }) => name === 'profiler worker');
  if (!worker) throw new Error('the worker is among the bundles');
  const outfile = `${root}out/test/profiler.cjs`;
  await build({ ...common, ...worker.options, absWorkingDir: root, entryPoints: [worker.entry], outfile });
  return outfile;
}
