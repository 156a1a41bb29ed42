// npm run package: builds, packs headroom.vsix and holds it to its budget.

import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { vsixBudget } from './bundles.mjs';

const vsix = 'headroom.vsix';
const run = (/** @type {string} */ script, /** @type {readonly string[]} */ args = []) =>
  execFileSync(process.execPath, [script, ...args], { stdio: 'inherit' });

run('scripts/build.mjs');
run('node_modules/@vscode/vsce/vsce', [
  'package',
  '--no-dependencies',
  '--allow-missing-repository',
  '--no-rewrite-relative-links',
  '--out',
  vsix,
]);
const bytes = statSync(vsix).size;
console.log(`${vsix} ${(bytes / 1024).toFixed(1)} KB of ${vsixBudget / 1024} KB`);
process.exitCode = bytes > vsixBudget ? 1 : 0;
