// npm test: the checks, the packed extension, the unit tests, then the extension inside a real VS Code.
// Every stage runs whatever the earlier ones said; the last line counts them all.

import { readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { checks, runStages } from './stages.mjs';

const UNIT_REPORT = 'out/unit-tests.json';
const WORKBENCH_REPORT = 'out/workbench.json';
// A report of an earlier run must not be taken for one of this run.
for (const report of [UNIT_REPORT, WORKBENCH_REPORT]) rmSync(report, { force: true });

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // The stage ended before it could write one; its exit status says the rest.
    return null;
  }
}

/** Vitest's own report. A file that cannot be loaded has no tests to fail, so it counts as one; so does one never run. */
function unitCount() {
  const report = readReport(UNIT_REPORT);
  if (report === null) return null;
  const broken = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  const run = new Set(report.testResults.map(({ name }) => path.resolve(name)));
  const orphans = unitTestFiles().filter((file) => !run.has(path.resolve(file)));
  for (const file of orphans) console.error(`never run: ${file}`);
  return { passed: report.numPassedTests, failed: report.numFailedTests + broken.length + orphans.length };
}

const unitTestFiles = () =>
  readdirSync('test', { recursive: true, encoding: 'utf8' })
    .map((name) => path.join('test', name))
    .filter((file) => file.endsWith('.test.ts') && !file.startsWith(path.join('test', 'workbench')));

const total = await runStages([
  ...checks,
  { name: 'package', command: ['node', 'scripts/package.mjs'] },
  {
    name: 'unit tests',
    command: ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${UNIT_REPORT}`],
    count: unitCount,
  },
  { name: 'workbench tests', command: ['node', 'test/workbench/run.mjs'], count: () => readReport(WORKBENCH_REPORT) },
]);
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 ? 1 : 0;
