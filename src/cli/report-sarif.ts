// `--sarif`: the problems of all answers as SARIF 2.1.0, for code scanning and review tools.
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html

import type { Language } from '../base/language.ts';
import { rules } from '../service/rules/rules.ts';
import type { Answer, Silence } from './answers.ts';
import type { Problem } from './estimate-schema.ts';

const LEVELS = { error: 'error', warning: 'warning', information: 'note', hint: 'note' } as const;

export function printSarif(answers: readonly Answer[], silences: readonly Silence[], language: Language): string {
  const results = answers.flatMap(({ input, problems }) => problems.map((problem) => resultOf(input.file, problem)));
  const failures = silences.map(({ file, code, message }) => ({
    level: 'error',
    descriptor: { id: code },
    message: { text: message },
    locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(file) } } }],
  }));
  const log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'headroom', rules: ruleDescriptors(language) } },
        columnKind: 'utf16CodeUnits',
        invocations: [{ executionSuccessful: failures.length === 0, toolExecutionNotifications: failures }],
        results,
      },
    ],
  };
  return JSON.stringify(log, null, 2);
}

function ruleDescriptors(language: Language) {
  return rules.map(({ code, doc }) => ({ id: code, fullDescription: { text: doc[language] } }));
}

function resultOf(file: string, { code, severity, message, range }: Problem) {
  return {
    ruleId: code,
    level: LEVELS[severity],
    message: { text: message },
    locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(file) }, region: regionOf(range) } }],
  };
}

/** SARIF counts lines and columns from one; its end column stands after the last character, as ours does. */
function regionOf({ start, end }: Problem['range']) {
  return {
    startLine: start.line + 1,
    startColumn: start.character + 1,
    endLine: end.line + 1,
    endColumn: end.character + 1,
  };
}

/** Paths become relative URI references; on Windows with slashes. */
const uriOf = (file: string): string =>
  file
    .replaceAll('\\', '/')
    .split('/')
    .map(encodeURIComponent)
    .join('/')
    .replace(/^([a-zA-Z])%3A/, '$1:');
