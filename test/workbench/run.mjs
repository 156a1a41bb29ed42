// npm run test:workbench: the extension inside a real VS Code. First in its extension host (through
// @vscode/test-electron), then the packed .vsix, then as a user sees it. Every stage runs, whatever the earlier ones
// said. Prints mocha's reports, writes out/workbench.json and ends with how many passed.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runTests } from '@vscode/test-electron';
import { QUIET_SETTINGS, startServer } from '../../scripts/vscode-host/server.mjs';
import { packageIfNeeded } from './artefacts.mjs';
import { compiled, compileTests } from './compile.mjs';
import { chooseEditor } from './editor.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const here = import.meta.dirname;
const scratch = mkdtempSync(path.join(tmpdir(), 'headroom-test-'));
const wanted = process.argv.slice(2);

/** A folder of its own for every stage, so that a setting or an edit of one is not seen by the next. */
function workspaceFor(stage) {
  const folder = path.join(scratch, stage, 'workspace');
  cpSync(path.join(here, 'workspace'), folder, { recursive: true });
  cpSync(path.join(root, 'examples'), path.join(folder, 'examples'), { recursive: true });
  return folder;
}

function profileFor(stage) {
  const userData = path.join(scratch, stage, 'user');
  mkdirSync(path.join(userData, 'User'), { recursive: true });
  writeFileSync(path.join(userData, 'User/settings.json'), JSON.stringify(QUIET_SETTINGS));
  return { userData, extensions: path.join(scratch, stage, 'extensions') };
}

function environmentFor(stage) {
  return {
    HEADROOM_TEST_ROOT: root,
    HEADROOM_TEST_NODE: process.execPath,
    HEADROOM_TEST_RESULTS: resultsOf(stage),
    HEADROOM_TEST_EXTENSIONS: path.join(scratch, stage, 'extensions'),
    HF_HOME: path.join(scratch, 'no-models'), // the models of this machine must not move a figure
  };
}

const resultsOf = (stage) => path.join(scratch, `${stage}.json`);

async function inHost(editor, stage, development, extraArguments = []) {
  const { userData, extensions } = profileFor(stage);
  await runTests({
    vscodeExecutablePath: editor.executable,
    extensionDevelopmentPath: development,
    extensionTestsPath: path.join(compiled, stage, 'index.cjs'),
    extensionTestsEnv: environmentFor(stage),
    launchArgs: [
      workspaceFor(stage),
      `--user-data-dir=${userData}`,
      `--extensions-dir=${extensions}`,
      ...extraArguments,
    ],
  });
}

async function packed(editor) {
  const { userData, extensions } = profileFor('packed');
  const [command, ...before] = editor.cli;
  const vsix = path.join(root, 'headroom.vsix');
  const folders = [`--user-data-dir=${userData}`, `--extensions-dir=${extensions}`];
  const installed = spawnSync(command, [...before, ...folders, '--install-extension', vsix, '--force'], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (installed.status !== 0) throw new Error('headroom.vsix could not be installed');
  await inHost(editor, 'packed', path.join(here, 'packed/driver'));
}

async function asUser() {
  if (process.platform !== 'linux') {
    console.log('skipped: the tests at the screen drive the VS Code server, which runs on Linux only');
    writeFileSync(resultsOf('ui'), JSON.stringify({ passed: 0, failed: 0 }));
    return;
  }
  const { userData, extensions } = profileFor('ui');
  const server = await startServer({ userDataDir: userData, extensionsDir: extensions });
  try {
    const tests = spawn(process.execPath, [path.join(compiled, 'ui/index.mjs')], {
      cwd: root,
      env: {
        ...process.env,
        ...environmentFor('ui'),
        HEADROOM_TEST_AUTHORITY: server.authority,
        HEADROOM_TEST_WORKSPACE: workspaceFor('ui'),
      },
      stdio: 'inherit',
    });
    const [code] = await once(tests, 'exit');
    if (code !== 0) throw new Error(`the tests at the screen ended with ${code}`);
  } finally {
    await server.stop();
  }
}

const STAGES = {
  'in-host': (editor) => inHost(editor, 'in-host', root, ['--disable-extensions']),
  packed,
  ui: asUser,
};

/** A stage that ended badly without a failed test (a crash, say) counts as one failure. */
async function run(stage, editor) {
  let broken = false;
  try {
    await STAGES[stage](editor);
  } catch (error) {
    broken = true;
    console.error(`${stage}: ${error instanceof Error ? error.message : error}`);
  }
  const { passed, failed } = readResults(stage);
  return { passed, failed: broken && failed === 0 ? 1 : failed };
}

function readResults(stage) {
  try {
    return JSON.parse(readFileSync(resultsOf(stage), 'utf8'));
  } catch {
    console.error(`${stage}: no results`);
    return { passed: 0, failed: 1 };
  }
}

// Leaving through `exit` ends what was started here.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));

packageIfNeeded();
await compileTests();
const editor = await chooseEditor();
console.log(`workbench tests in the ${editor.name}`);
const report = {};
for (const stage of Object.keys(STAGES).filter((name) => wanted.length === 0 || wanted.includes(name))) {
  console.log(`\n-- ${stage}`);
  report[stage] = await run(stage, editor);
}
rmSync(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
const sum = (key) => Object.values(report).reduce((total, counts) => total + counts[key], 0);
const total = { passed: sum('passed'), failed: sum('failed') };
writeFileSync(path.join(root, 'out/workbench.json'), `${JSON.stringify({ ...total, stages: report }, null, 2)}\n`);
console.log(`\nworkbench: ${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 ? 1 : 0;
