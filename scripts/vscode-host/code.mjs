// Understands as much of the desktop executable's command line as @vscode/test-electron and this project use:
// extension tests, installing a packed extension, listing extensions, the version.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { installVSCodeServer } from './install.mjs';
import { runInHost } from './run-in-host.mjs';

const USAGE = 64;

const { values, positionals } = parseArgs({
  args: process.argv.slice(2),
  strict: false, // the desktop has hundreds of switches; those not named here concern its windows
  allowPositionals: true,
  options: {
    extensionDevelopmentPath: { type: 'string', multiple: true, default: [] },
    extensionTestsPath: { type: 'string' },
    'user-data-dir': { type: 'string' },
    'extensions-dir': { type: 'string' },
    'disable-extensions': { type: 'boolean' },
    'install-extension': { type: 'string', multiple: true },
    'list-extensions': { type: 'boolean' },
    'show-versions': { type: 'boolean' },
    force: { type: 'boolean' },
    version: { type: 'boolean', short: 'v' },
  },
});

process.exitCode = values.extensionTestsPath ? await runTests() : await passOn();

function runTests() {
  return runInHost({
    development: values.extensionDevelopmentPath,
    tests: values.extensionTestsPath,
    disableExtensions: values['disable-extensions'],
    folder: positionals.find((place) => existsSync(place) && statSync(place).isDirectory()),
    userDataDir: values['user-data-dir'] && path.resolve(values['user-data-dir']),
    extensionsDir: values['extensions-dir'] && path.resolve(values['extensions-dir']),
  });
}

/** What the server's own command line does as the desktop's does. */
async function passOn() {
  const commands = ['install-extension', 'list-extensions', 'version'];
  if (!commands.some((command) => values[command])) {
    console.error('this stand-in runs extension tests, and installs and lists extensions');
    return USAGE;
  }
  const { node, entry } = await installVSCodeServer(console.error);
  const home = mkdtempSync(path.join(tmpdir(), 'headroom-vscode-')); // it would write a configuration of its own
  const config = path.join(home, 'config.yaml');
  writeFileSync(config, 'auth: none\n');
  const env = { ...process.env, XDG_DATA_HOME: home, CODE_SERVER_CONFIG: config };
  const { status } = spawnSync(node, [entry, ...process.argv.slice(2)], { stdio: 'inherit', env });
  rmSync(home, { recursive: true, force: true });
  return status ?? 1;
}
