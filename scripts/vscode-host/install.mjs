// A real VS Code from npm alone: code-server (VS Code's server, its Node extension host and its workbench) and the
// Node it asks for. No compiler, no Python, no root. Linux only: elsewhere the desktop VS Code is used.
// Deliberately absent: everything of the server that needs a native build or is of no use here (see WITHOUT).
import { spawn } from 'node:child_process';
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cached } from './cache.mjs';

const CODE_SERVER = '4.139.1'; // VS Code 1.139.1
const NODE = '24.21.0'; // the major that this code-server asks for: under 20 it starts, then answers 500
const RECIPE = 1; // raise when the steps below change what lies in the folder

const SERVER = 'node_modules/code-server/lib/vscode';
/** Dependencies that only a desktop, a container tool or an assistant needs: 230 MB that are not fetched. */
const WITHOUT = [
  '@devcontainers/cli',
  '@github/copilot-sdk',
  '@microsoft/mxc-sdk',
  '@vscode/windows-process-tree',
  '@vscode/windows-registry',
  'kerberos',
];
const UNUSED_EXTENSIONS = ['copilot', 'mermaid-markdown-features'];
const STAND_INS = { '@vscode/spdlog': 'spdlog.cjs', '@vscode/native-watchdog': 'native-watchdog.cjs' };

/**
 * Where the server and its Node lie; installs them on first use.
 * @param {(line: string) => void} [say]
 * @returns {Promise<{ node: string, entry: string }>}
 */
export async function installVSCodeServer(say = () => {}) {
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch)) {
    throw new Error('the VS Code server from npm is used on Linux (x64, arm64) only: install the desktop VS Code');
  }
  const nodePackage = `node-linux-${process.arch}`;
  const name = `code-server-${CODE_SERVER}-node-${NODE}-${process.arch}-r${RECIPE}`;
  const root = await cached(name, (staging) => install(staging, nodePackage, say), say);
  return {
    node: path.join(root, 'node_modules', nodePackage, 'bin/node'),
    entry: path.join(root, 'node_modules/code-server/out/node/entry.js'),
  };
}

async function install(root, nodePackage, say) {
  const startedAt = Date.now();
  writeFileSync(path.join(root, 'package.json'), '{ "name": "vscode-host", "private": true }\n');
  say('installing the VS Code server from npm (once, about a minute): 1/3 the server and its Node');
  await npmInstall(root, [`${nodePackage}@${NODE}`, `code-server@${CODE_SERVER}`]);
  say('installing the VS Code server from npm: 2/3 its libraries');
  const server = path.join(root, SERVER);
  leaveOut(server);
  await npmInstall(server, ['--omit=dev']);
  say('installing the VS Code server from npm: 3/3 its built-in extensions');
  for (const extension of UNUSED_EXTENSIONS) rmSync(path.join(server, 'extensions', extension), { recursive: true });
  await npmInstall(path.join(server, 'extensions'), ['--omit=dev']);
  for (const [module, standIn] of Object.entries(STAND_INS)) {
    copyFileSync(
      path.join(import.meta.dirname, 'stand-ins', standIn),
      path.join(server, 'node_modules', module, 'index.js'),
    );
  }
  say(`VS Code server ready after ${Math.round((Date.now() - startedAt) / 1000)} s`);
}

function leaveOut(server) {
  const file = path.join(server, 'package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  for (const name of WITHOUT) delete manifest.dependencies[name];
  writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`);
}

/** Install scripts are never run: they are what would ask for a compiler. */
function npmInstall(cwd, args) {
  const quiet = [
    '--no-audit',
    '--no-fund',
    '--ignore-scripts',
    '--loglevel=error',
    '--no-progress',
    '--fetch-retry-mintimeout=2000',
  ];
  const child = spawn('npm', ['install', ...quiet, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (data) => (output += data));
  child.stderr.on('data', (data) => (output += data));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(undefined);
      else reject(new Error(`npm install ${args.join(' ')} failed with exit code ${code}\n${output.slice(-4000)}`));
    });
  });
}
