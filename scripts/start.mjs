// npm start: builds, prints the estimates of the examples, then opens them in VS Code with the extension loaded:
// the VS Code of this machine, else the server from npm, which runs until Ctrl-C.
// Usage: npm start [-- --no-editor] [-- --port N]
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { printedTable } from './examples-table.mjs';
import { startServer } from './vscode-host/server.mjs';
import { workbenchUrl } from './vscode-host/workbench.mjs';

const root = path.resolve(import.meta.dirname, '..');
const examples = path.join(root, 'examples');
const firstExample = path.join(examples, 'llamafactory/lora-llama3-8b.yaml');
const MAC_CODE = '/Applications/Visual Studio Code.app/Contents/Resources/app/bin/code';

const { values: options } = parseArgs({
  options: { 'no-editor': { type: 'boolean' }, port: { type: 'string', default: '0' } },
});

build();
if (!printedTable()) process.exit(1);
if (!options['no-editor'] && !openDesktop()) await serve().catch(report);

function build() {
  const { status } = spawnSync(process.execPath, ['scripts/build.mjs'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

/** @returns {boolean} whether a VS Code of this machine has opened the examples */
function openDesktop() {
  // In the terminal of a remote window `code` opens files there, but cannot load an extension under development.
  const code = process.env.VSCODE_IPC_HOOK_CLI ? undefined : codeOnPath();
  if (!code) return false;
  const windows = process.platform === 'win32';
  const args = [`--extensionDevelopmentPath=${root}`, examples, firstExample].map((arg) =>
    windows ? `"${arg}"` : arg,
  );
  const opened = spawnSync(windows ? `"${code}"` : code, args, { stdio: 'inherit', shell: windows });
  if (opened.status === 0) console.log('\nThe examples are open in VS Code.');
  return opened.status === 0;
}

function codeOnPath() {
  const name = process.platform === 'win32' ? 'code.cmd' : 'code';
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => folder !== '');
  return [...folders.map((folder) => path.join(folder, name)), MAC_CODE].find((place) => existsSync(place));
}

async function serve() {
  if (process.platform !== 'linux') {
    console.error('\nNo VS Code found: install it, put its `code` command on the PATH, and run npm start again.');
    process.exitCode = 1;
    return;
  }
  console.log('\nNo `code` on the PATH: using the VS Code server from npm.');
  const server = await startServer({
    port: Number(options.port),
    userDataDir: path.join(root, 'out/start/user'),
    extensionsDir: extensionsFolder(),
    say: (text) => console.log(`  ${text}`),
  });
  const address = workbenchUrl({ authority: server.authority, folder: examples, file: firstExample });
  console.log(`\nOpen this address in a browser on this machine (Ctrl-C ends the server):\n\n  ${address}\n`);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => void server.stop());
}

/** Offline, a taken port, a full disk: the reason is for the user, the stack is not. */
function report(error) {
  console.error(`\n${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}

/** An extensions folder in which the checkout itself is the extension, so that a rebuild and a reload show a change. */
function extensionsFolder() {
  const folder = path.join(root, 'out/start/extensions');
  const { publisher, name, version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  symlinkSync(root, path.join(folder, `${publisher}.${name}-${version}`));
  return folder;
}
