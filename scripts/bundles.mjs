// What is built: every bundle of the product, as data for esbuild. Budgets are bytes of the minified bundle.

import { leaveOut } from './left-out.mjs';

const KB = 1024;

/**
 * What an editor loads. The design began at 400 KB with one line of models and one framework; every framework since is
 * some 20 to 40 KB, most of it the words about its keys in two languages. Loading is what it costs (`npm run bench`
 * prints it), and that stays under a tenth of a second.
 */
const EDITOR_BUDGET = 760 * KB;

/** What all bundles have in common, and scripts that run the product's code. @type {import('esbuild').BuildOptions} */
export const common = {
  bundle: true,
  // Chinese text as it is: escaped, each character would take twice its bytes.
  charset: 'utf8',
  // The package's ES modules, which it offers to browsers only: they can be tree-shaken, and every host gets the same.
  alias: { yaml: './node_modules/yaml/browser/index.js' },
  plugins: [leaveOut],
  logLevel: 'warning',
};

/** @typedef {{ name: string, entry: string, outfile: string, budget: number, options: import('esbuild').BuildOptions }} Bundle */

/** @type {readonly Bundle[]} */
export const bundles = [
  {
    name: 'extension',
    entry: 'src/host/main.node.ts',
    outfile: 'dist/extension.cjs',
    budget: EDITOR_BUDGET,
    options: {
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      external: ['vscode'],
    },
  },
  {
    name: 'extension (web)',
    entry: 'src/host/main.web.ts',
    outfile: 'dist/extension.web.js',
    budget: EDITOR_BUDGET,
    options: {
      platform: 'browser',
      target: 'es2022',
      format: 'cjs',
      external: ['vscode'],
    },
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
    // What the extension has and the scoreboard besides; no editor waits for it.
    budget: 800 * KB,
    options: {
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      banner: { js: '#!/usr/bin/env node' },
    },
  },
  {
    name: 'profiler worker',
    // A process of its own: the extension and the command line start it. TensorFlow.js is found when it runs.
    entry: 'src/profiler/worker.ts',
    outfile: 'dist/profiler.cjs',
    budget: 120 * KB,
    options: { platform: 'node', target: 'node20', format: 'cjs' },
  },
];

/** The packed extension, all of the above and the pictures. */
export const vsixBudget = 900 * KB;

/** What must never end up in a bundle. */
export const neverBundled = [
  /^node_modules\/@tensorflow\//,
  // Twice the size of zod/mini, and its objects compile themselves with `new Function`: under the panel's policy the mere
  // attempt is a violation, and in the extension host it asks for `navigator`, which VS Code warns about.
  /^node_modules\/zod\/v4\/classic\//,
];
