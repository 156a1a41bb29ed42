// Which VS Code the tests run in: the desktop where it can be downloaded and has a screen, else the server from npm.
// `HEADROOM_TEST_EDITOR=desktop|server` decides by hand.
import path from 'node:path';
import { downloadAndUnzipVSCode, resolveCliArgsFromVSCodeExecutablePath } from '@vscode/test-electron';
import { installVSCodeServer } from '../../scripts/vscode-host/install.mjs';

const PROBE_LIMIT_MS = 10_000;
const DOWNLOAD = 'https://update.code.visualstudio.com/latest';
const STAND_IN = path.resolve(import.meta.dirname, '../../scripts/vscode-host/code');

/** @typedef {{ name: string, executable: string, cli: string[] }} Editor */

/** @returns {Promise<Editor>} */
export async function chooseEditor() {
  const wanted = process.env.HEADROOM_TEST_EDITOR;
  if (wanted === 'server') return server();
  if (wanted === 'desktop' || (hasScreen() && (await isDownloadable()))) return desktop();
  if (process.platform === 'linux') return server();
  throw new Error('the desktop VS Code cannot be downloaded here, and the server from npm is for Linux only');
}

async function server() {
  await installVSCodeServer(console.log);
  return { name: 'VS Code server', executable: STAND_IN, cli: [STAND_IN] };
}

async function desktop() {
  const executable = await downloadAndUnzipVSCode('stable');
  return { name: 'desktop VS Code', executable, cli: resolveCliArgsFromVSCodeExecutablePath(executable) };
}

function hasScreen() {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/** Asks for the very file that would be downloaded, as far as its headers. */
async function isDownloadable() {
  const platform =
    { darwin: 'darwin-universal', win32: 'win32-x64-archive' }[process.platform] ?? `linux-${process.arch}`;
  try {
    const answer = await fetch(`${DOWNLOAD}/${platform}/stable`, { signal: AbortSignal.timeout(PROBE_LIMIT_MS) });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false;
  }
}
