// What is built: every bundle of the product, as data for esbuild. Budgets are bytes of the minified bundle.

const KB = 1000;

/** @typedef {{ name: string, entry: string, outfile: string, budget: number, options: import('esbuild').BuildOptions }} Bundle */

/** @type {readonly Bundle[]} */
export const bundles = [
  {
    name: 'extension',
    entry: 'src/host/main.node.ts',
    outfile: 'dist/extension.cjs',
    budget: 400 * KB,
    options: { platform: 'node', target: 'node20', format: 'cjs', external: ['vscode'] },
  },
  {
    name: 'extension (web)',
    entry: 'src/host/main.web.ts',
    outfile: 'dist/extension.web.js',
    budget: 400 * KB,
    options: { platform: 'browser', target: 'es2022', format: 'cjs', external: ['vscode'] },
  },
  {
    name: 'webview',
    entry: 'webview/index.ts',
    outfile: 'dist/webview.js',
    budget: 300 * KB,
    options: { platform: 'browser', target: 'es2022', format: 'iife' },
  },
  {
    name: 'command line',
    entry: 'src/cli/main.ts',
    outfile: 'dist/headroom.cjs',
    budget: 400 * KB,
    options: { platform: 'node', target: 'node20', format: 'cjs', banner: { js: '#!/usr/bin/env node' } },
  },
];

/** The packed extension, all of the above and the pictures. */
export const vsixBudget = 900 * KB;

/** Packages that must never end up in a bundle. */
export const neverBundled = [/^node_modules\/@tensorflow\//];
