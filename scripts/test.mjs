// npm test: the checks, the unit tests, the extension inside a real VS Code, then the packed .vsix.
// Every stage runs whatever the earlier ones said; the last line counts them all.

import { readFileSync, rmSync } from 'node:fs';
import { checks, runStages } from './stages.mjs';

const UNIT_REPORT = 'out/unit-tests.json';
rmSync(UNIT_REPORT, { force: true });

/** Vitest's own report, in a file: its printed summary is for people. */
function vitestCount() {
  try {
    const report = JSON.parse(readFileSync(UNIT_REPORT, 'utf8'));
    // A file that fails to load has no tests of its own: it counts as one failure.
    const broken = report.testResults.filter(
      (file) => file.status === 'failed' && file.assertionResults.length === 0,
    ).length;
    return { passed: report.numPassedTests, failed: report.numFailedTests + broken };
  } catch {
    return null;
  }
}

/** Mocha's summary, as often as the output holds one (`12 passing`, `1 failing`). */
function mochaCount(output) {
  const sum = (pattern) => [...output.matchAll(pattern)].reduce((n, [, digits]) => n + Number(digits), 0);
  return { passed: sum(/^\s*(\d+) passing\b/gm), failed: sum(/^\s*(\d+) failing\b/gm) };
}

const total = await runStages([
  ...checks,
  { name: 'package', command: ['node', 'scripts/package.mjs'] },
  {
    name: 'unit tests',
    command: ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${UNIT_REPORT}`],
    count: vitestCount,
  },
  { name: 'workbench tests', command: ['node', 'test/workbench/run.mjs'], count: mochaCount },
]);
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 ? 1 : 0;
