// docs/reference.md: settings, commands, problems and the command line, printed from the code that has them.
// test/guard/reference.test.ts holds the page to it; UPDATE=1 rewrites the page.

import { USAGE } from '../src/cli/usage.ts';
import { COMMANDS } from '../src/manifest/commands.ts';
import { SETTINGS, type SettingSpec } from '../src/manifest/settings.ts';
import { rules } from '../src/service/rules/rules.ts';

export function referencePage(): string {
  return [
    '# Reference',
    'Printed from the code; `UPDATE=1 npx vitest run test/guard/reference.test.ts` rewrites it.',
    '## Problems',
    table(
      ['Code', 'Severity', 'Meaning', '含义'],
      rules.map(({ code, severity, doc }) => [`\`${code}\``, severity, doc.en, doc['zh-cn']]),
    ),
    '## Settings',
    table(
      ['Setting', 'Values', 'Default', 'Meaning', '含义'],
      Object.entries<SettingSpec>(SETTINGS).map(([id, setting]) => [
        `\`${id}\``,
        valuesOf(setting),
        `\`${JSON.stringify(setting.default)}\``,
        withoutCommandLinks(setting.description.en),
        withoutCommandLinks(setting.description['zh-cn']),
      ]),
    ),
    '## Commands',
    table(
      ['Command', 'Title', '标题'],
      Object.entries(COMMANDS).map(([id, { title }]) => [
        `\`${id}\``,
        `Headroom: ${title.en}`,
        `Headroom: ${title['zh-cn']}`,
      ]),
    ),
    '## Command line',
    `\`\`\`\n${USAGE.trim()}\n\`\`\``,
    'Problems go to standard error, one line each: `file:line:col: severity code: message`.',
  ]
    .join('\n\n')
    .concat('\n');
}

function valuesOf(setting: SettingSpec): string {
  if (setting.type === 'choice')
    return Object.keys(setting.choices)
      .map((choice) => `\`${choice}\``)
      .join(', ');
  return setting.type === 'boolean' ? '`true`, `false`' : 'text';
}

/** Links that run a command work in the settings editor only. */
const withoutCommandLinks = (text: string): string => text.replace(/\s*\[[^\]]*\]\(command:[^)]*\)/g, '');

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}
