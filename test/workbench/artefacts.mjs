// What the tests run: the built bundles and the packed extension. Made anew when a source is newer.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const SOURCES = ['src', 'webview', 'media', 'package.json', 'package-lock.json', 'scripts/bundles.mjs'];
const MADE = ['headroom.vsix', 'dist/headroom.cjs', 'dist/extension.cjs', 'dist/webview.js'];

export function packageIfNeeded() {
  const made = MADE.map((name) => path.join(root, name));
  if (made.every(existsSync) && oldest(made) >= newest(SOURCES.map((name) => path.join(root, name)))) return;
  const { status } = spawnSync(process.execPath, ['scripts/package.mjs'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new Error('the extension could not be packed');
}

const oldest = (files) => Math.min(...files.map((file) => statSync(file).mtimeMs));
const newest = (places) => Math.max(...places.flatMap(filesOf).map((file) => statSync(file).mtimeMs));

function filesOf(place) {
  if (!statSync(place).isDirectory()) return [place];
  return readdirSync(place, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));
}
