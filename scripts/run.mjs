// Runs a TypeScript entry of this repository on plain Node 20: bundles it into out/scripts/ and starts the result.
// Usage: node scripts/run.mjs ENTRY.ts [ARGUMENT …]

import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { bundles, common } from './bundles.mjs';

const [entry, ...rest] = process.argv.slice(2);
if (entry === undefined) {
  console.error('usage: node scripts/run.mjs ENTRY.ts [ARGUMENT …]');
  process.exit(64);
}
const outfile = join('out', 'scripts', basename(entry).replace(/[.]ts$/, '.mjs'));
await build({
  ...common,
  entryPoints: [entry],
  outfile,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  sourcemap: 'inline',
});
// The command line starts a worker that lies beside it.
const worker = bundles.find(({ name }) => name === 'profiler worker');
if (entry === 'src/cli/main.ts' && worker)
  await build({ ...common, ...worker.options, entryPoints: [worker.entry], outfile: 'out/scripts/profiler.cjs' });
process.setSourceMapsEnabled(true);
process.argv = [process.argv[0] ?? 'node', outfile, ...rest];
await import(pathToFileURL(outfile).href);
