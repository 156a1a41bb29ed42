// The stand-in for `vscode` has to have the real numbers, or the conversion tests would prove nothing.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  ConfigurationTarget,
  DiagnosticSeverity,
  DiagnosticTag,
  FileType,
  InlayHintKind,
  QuickPickItemKind,
} from '../support/fake-vscode.ts';

const declarations = readFileSync(new URL('../../node_modules/@types/vscode/index.d.ts', import.meta.url), 'utf8');

/** `export enum X { … }` of the declarations, as member → number. */
function declaredEnum(name: string): Record<string, number> {
  const body = new RegExp(`export enum ${name} \\{([\\s\\S]*?)\\n\\t\\}`).exec(declarations)?.[1] ?? '';
  const code = body.replace(/\/\*[\s\S]*?\*\//g, '');
  return Object.fromEntries([...code.matchAll(/(\w+) = (-?\d+)/g)].map((match) => [match[1], Number(match[2])]));
}

const membersOf = (values: Record<string, string | number>): Record<string, number> =>
  Object.fromEntries(Object.entries(values).filter((entry): entry is [string, number] => typeof entry[1] === 'number'));

describe('the fake vscode has the declared enums', () => {
  it.each(
    Object.entries({
      ConfigurationTarget,
      DiagnosticSeverity,
      DiagnosticTag,
      FileType,
      InlayHintKind,
      QuickPickItemKind,
    }),
  )('%s', (name, values) => {
    const declared = declaredEnum(name);
    expect(Object.keys(declared).length).toBeGreaterThan(1);
    expect(membersOf(values)).toEqual(declared);
  });
});
