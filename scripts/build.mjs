// Builds every bundle into dist/, holds them to their budgets and collects the licences of what was bundled.
// Usage: node scripts/build.mjs [--dev]     (--dev: not minified, for the debugger)

import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { bundles, common, neverBundled } from './bundles.mjs';

const dev = process.argv.includes('--dev');

/** @param {import('./bundles.mjs').Bundle} bundle */
async function make(bundle) {
  const { metafile } = await build({
    ...common,
    entryPoints: [bundle.entry],
    outfile: bundle.outfile,
    minify: !dev,
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    loader: { '.svg': 'text' },
    define: { 'process.env.NODE_ENV': dev ? '"development"' : '"production"' },
    ...bundle.options,
    metafile: true,
  });
  const inputs = Object.keys(metafile.inputs);
  const bytes = metafile.outputs[bundle.outfile]?.bytes ?? 0;
  return { bundle, bytes, inputs };
}

/** @param {Awaited<ReturnType<typeof make>>} made */
function faultsOf({ bundle, bytes, inputs }) {
  const strangers = inputs.filter((input) => neverBundled.some((pattern) => pattern.test(input)));
  return [
    ...(!dev && bytes > bundle.budget
      ? [`${bundle.outfile} is ${kilobytes(bytes)}, over its ${kilobytes(bundle.budget)}`]
      : []),
    ...strangers.map((input) => `${bundle.outfile} must not contain ${input}`),
  ];
}

/** Folder of the package a bundled file belongs to, or null for our own files. */
const packageOf = (/** @type {string} */ input) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? null;

/** @param {readonly string[]} packages */
async function notices(packages) {
  const texts = packages.map(async (name) => {
    const manifest = JSON.parse(await readFile(`node_modules/${name}/package.json`, 'utf8'));
    const licence = await firstFile(
      ['LICENSE', 'LICENSE.md', 'LICENSE.txt', 'license', 'LICENCE'].map((file) => `node_modules/${name}/${file}`),
    );
    return `${name} ${manifest.version} (${manifest.license})\n\n${licence ?? `Licensed under ${manifest.license}.`}\n`;
  });
  return (await Promise.all(texts)).join(`\n${'-'.repeat(80)}\n\n`);
}

/** @param {readonly string[]} paths */
async function firstFile(paths) {
  for (const path of paths) {
    const text = await readFile(path, 'utf8').catch(() => null);
    if (text !== null) return text.trim();
  }
  return null;
}

const kilobytes = (/** @type {number} */ bytes) => `${(bytes / 1024).toFixed(1)} KB`;

await rm('dist', { recursive: true, force: true });
await mkdir('dist', { recursive: true });
// esbuild has printed what is wrong by then.
const made = await Promise.all(bundles.map(make)).catch(() => process.exit(1));
await chmod('dist/headroom.cjs', 0o755);
const packages = [...new Set(made.flatMap(({ inputs }) => inputs.map(packageOf)))]
  .filter((name) => name !== null)
  .sort();
await writeFile('dist/third-party-notices.txt', await notices(packages));

for (const { bundle, bytes } of made) console.log(`${bundle.outfile.padEnd(24)} ${kilobytes(bytes).padStart(10)}`);
const faults = made.flatMap(faultsOf);
for (const fault of faults) console.error(`build: ${fault}`);
process.exitCode = faults.length > 0 ? 1 : 0;
