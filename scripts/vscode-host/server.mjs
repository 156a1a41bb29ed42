// One VS Code server on loopback, with a user folder and an extensions folder of its own, until `stop`.
// Deliberately absent: authentication and certificates (nothing but this machine can reach it), and any use of the
// user's own settings or extensions.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { installVSCodeServer } from './install.mjs';

const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 5_000;

/** Settings under which nothing but the work at hand moves, asks or calls home. */
export const QUIET_SETTINGS = {
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

/**
 * @typedef {object} ServerOptions
 * @property {string} [userDataDir]     kept after `stop`; without it a scratch folder is used
 * @property {string} [extensionsDir]   likewise
 * @property {Record<string, unknown>} [settings]  written unless the user folder has settings already
 * @property {boolean} [forTests]       lets a page start in-host tests; it also hides notification toasts
 * @property {number} [port]
 * @property {(line: string) => void} [say]
 * @param {ServerOptions} [options]
 */
export async function startServer(options = {}) {
  const { node, entry } = await installVSCodeServer(options.say);
  const scratch = mkdtempSync(path.join(tmpdir(), 'headroom-vscode-'));
  const userDataDir = options.userDataDir ?? path.join(scratch, 'user');
  const extensionsDir = options.extensionsDir ?? path.join(scratch, 'extensions');
  mkdirSync(extensionsDir, { recursive: true });
  writeSettings(userDataDir, options.settings ?? QUIET_SETTINGS);
  const child = spawn(node, [entry, ...serverArguments({ scratch, userDataDir, extensionsDir, options })], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // Its heartbeat and its own logs would go to the home folder, its sockets be left in the temporary one.
    env: { ...process.env, XDG_DATA_HOME: scratch, TMPDIR: scratch },
    detached: true, // a process group of its own: `stop` ends the server with every host it started
  });
  const abandon = () => signalGroup(child.pid, 'SIGKILL'); // this process exits without having called `stop`
  process.once('exit', abandon);
  const stop = async () => {
    process.off('exit', abandon);
    await endGroup(child);
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  try {
    return { authority: `127.0.0.1:${await listening(child)}`, userDataDir, extensionsDir, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function serverArguments({ scratch, userDataDir, extensionsDir, options }) {
  const config = path.join(scratch, 'config.yaml'); // without one it would write its own into the home folder
  writeFileSync(config, 'auth: none\ncert: false\n');
  return [
    ...['--config', config, '--auth', 'none', '--bind-addr', `127.0.0.1:${options.port ?? 0}`],
    ...['--user-data-dir', userDataDir, '--extensions-dir', extensionsDir],
    ...['--session-socket', path.join(scratch, 'session.sock')],
    ...['--disable-telemetry', '--disable-update-check', '--disable-getting-started-override'],
    '--disable-workspace-trust',
    ...(options.forTests ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
  ];
}

function writeSettings(userDataDir, settings) {
  const file = path.join(userDataDir, 'User/settings.json');
  if (existsSync(file)) return;
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(settings, null, 2));
}

/** The port, once the server says that it listens. */
function listening(child) {
  let output = '';
  return new Promise((resolve, reject) => {
    const fail = (why) => reject(new Error(`the VS Code server ${why}\n${output}`));
    const timer = setTimeout(() => fail(`did not start within ${START_LIMIT_MS / 1000} s`), START_LIMIT_MS);
    const read = (data) => {
      if (output.length < 100_000) output += data;
      const port = /HTTP server listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(output)?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      resolve(Number(port));
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', (error) => fail(`could not be started: ${error.message}`));
    child.once('exit', (code, signal) => fail(`ended with ${code ?? signal}`));
  });
}

async function endGroup(child) {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  signalGroup(child.pid, 'SIGTERM');
  const timer = setTimeout(() => signalGroup(child.pid, 'SIGKILL'), STOP_LIMIT_MS);
  await gone;
  clearTimeout(timer);
  signalGroup(child.pid, 'SIGKILL'); // an extension host may outlive its server, waiting for it to come back
}

function signalGroup(pid, signal) {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}
