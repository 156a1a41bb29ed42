// Bundles the workbench tests, one file each. Those that run in an extension host are CommonJS, as hosts load them.
import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

const here = import.meta.dirname;
export const compiled = path.resolve(here, '../../out/workbench');

export async function compileTests() {
  rmSync(compiled, { recursive: true, force: true });
  await Promise.all([
    compile('in-host', { format: 'cjs', outExtension: { '.js': '.cjs' } }),
    compile('packed', { format: 'cjs', outExtension: { '.js': '.cjs' } }),
    compile('ui', { format: 'esm', outExtension: { '.js': '.mjs' } }),
  ]);
}

/** @param {import('esbuild').BuildOptions} options */
async function compile(suite, options) {
  const names = readdirSync(path.join(here, suite)).filter((name) => name === 'index.ts' || name.endsWith('.test.ts'));
  await build({
    entryPoints: names.map((name) => path.join(here, suite, name)),
    outdir: path.join(compiled, suite),
    bundle: true,
    platform: 'node',
    target: 'node20',
    packages: 'external',
    external: ['vscode'],
    sourcemap: 'inline',
    logLevel: 'warning',
    ...options,
  });
}
