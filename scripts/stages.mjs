// A stage: one command whose output streams through, and how many of its tests passed. A failing stage hides no later one.

import { spawn } from 'node:child_process';

/** @typedef {{ passed: number, failed: number }} Count */
/** @typedef {{ name: string, command: readonly string[], count?: () => Count | null }} Stage */

/** What every change must hold. */
export const checks = /** @type {readonly Stage[]} */ ([
  { name: 'types', command: ['tsc', '--build'] },
  { name: 'format and lint', command: ['biome', 'ci', '--max-diagnostics=40'] },
  {
    name: 'layers',
    command: ['depcruise', '--config', '.dependency-cruiser.cjs', 'src', 'webview', 'test', 'scripts'],
  },
  { name: 'unused code', command: ['knip'] },
]);

/**
 * Runs a stage to its end. Without a count of its own a stage is one test: its exit status.
 * @param {Stage} stage
 * @returns {Promise<Count>}
 */
export function runStage(stage) {
  const [command = '', ...args] = stage.command;
  console.log(`\n== ${stage.name}`);
  const started = Date.now();
  return new Promise((resolve) => {
    // npm has put node_modules/.bin on the PATH. Its programs need a shell on Windows; the commands here are constants.
    const child = spawn(command, args, {
      stdio: ['ignore', 'inherit', 'inherit'],
      shell: process.platform === 'win32',
    });
    const end = (/** @type {number | null} */ code) => {
      const count = countOf(stage, code);
      console.log(
        `== ${stage.name}: ${count.failed === 0 ? 'passed' : 'FAILED'} in ${((Date.now() - started) / 1000).toFixed(1)} s`,
      );
      resolve(count);
    };
    child.on('error', (error) => {
      console.error(error.message);
      end(1);
    });
    child.on('close', end);
  });
}

/**
 * @param {Stage} stage
 * @param {number | null} code
 * @returns {Count}
 */
function countOf(stage, code) {
  if (!stage.count) return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  const count = stage.count();
  // A stage that should have run tests and ran none has not passed, whatever its exit status says.
  if (count === null || count.passed + count.failed === 0) return { passed: 0, failed: 1 };
  // A non-zero exit with no failed test is a failure of the stage itself (a crash after the tests, say).
  return code !== 0 && count.failed === 0 ? { ...count, failed: 1 } : count;
}

/**
 * Stages one after the other, and their counts together.
 * @param {readonly Stage[]} stages
 */
export async function runStages(stages) {
  const total = { passed: 0, failed: 0 };
  for (const stage of stages) {
    const count = await runStage(stage);
    total.passed += count.passed;
    total.failed += count.failed;
  }
  return total;
}
