// npm run package: builds, packs headroom.vsix and holds it to its budget.

import { execFileSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { vsixBudget } from './bundles.mjs';

const vsix = 'headroom.vsix';
const run = (/** @type {string} */ script, /** @type {readonly string[]} */ args = []) =>
  execFileSync(process.execPath, [script, ...args], { stdio: 'inherit' });

run('scripts/build.mjs');
// The pictures stay in the repository: an installed extension has them at hand, and they would be half of the package.
const readme = 'dist/README.md';
writeFileSync(readme, readFileSync('README.md', 'utf8').replaceAll(/<picture>.*?<\/picture>\n+/gs, ''));
run('node_modules/@vscode/vsce/vsce', [
  'package',
  '--no-dependencies',
  '--allow-missing-repository',
  '--no-rewrite-relative-links',
  '--readme-path',
  readme,
  '--out',
  vsix,
]);
const bytes = statSync(vsix).size;
console.log(`${vsix} ${(bytes / 1024).toFixed(1)} KB of ${vsixBudget / 1024} KB`);
process.exitCode = bytes > vsixBudget ? 1 : 0;
