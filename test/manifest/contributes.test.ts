// The data behind the manifest holds together by itself. That package.json equals it is a guard of its own.

import { describe, expect, it } from 'vitest';
import { dialects } from '../../src/dialects/registry.ts';
import { COMMANDS } from '../../src/manifest/commands.ts';
import { manifestFields, manifestWords } from '../../src/manifest/contributes.ts';
import { DOCUMENT_LANGUAGES } from '../../src/manifest/languages.ts';
import { MENUS } from '../../src/manifest/menus.ts';
import { SETTINGS, type SettingSpec } from '../../src/manifest/settings.ts';
import { WALKTHROUGH } from '../../src/manifest/walkthrough.ts';

const fields = manifestFields() as {
  capabilities: {
    untrustedWorkspaces: { supported: string; restrictedConfigurations: string[] };
    virtualWorkspaces: boolean;
  };
  activationEvents: string[];
};
const settings = Object.entries<SettingSpec>(SETTINGS);

describe('settings', () => {
  it.each(settings)('%s has a default of its own kind', (_id, spec) => {
    if (spec.type === 'choice') expect(Object.keys(spec.choices)).toContain(spec.default);
    else expect(typeof spec.default).toBe(spec.type);
  });

  it('nothing names a GPU until somebody does', () => expect(SETTINGS['headroom.gpu'].default).toBe(''));
});

describe('texts', () => {
  const [english, chinese] = [manifestWords('en'), manifestWords('zh-cn')];

  it.each(Object.keys(english))('%s', (key) => {
    const [en, zh] = [english[key] ?? '', chinese[key] ?? ''];
    expect(zh).toMatch(/\p{Script=Han}/u);
    expect(en.replace(/简体中文/, '')).not.toMatch(/\p{Script=Han}/u);
    // What is typed or clicked is the same in both.
    const fixed = (text: string): string[] => (text.match(/`[^`]+`|\(command:[^)]+\)/g) ?? []).sort();
    expect(fixed(zh)).toEqual(fixed(en));
  });
});

describe('commands are only linked where they exist', () => {
  const linked = [...JSON.stringify([WALKTHROUGH, SETTINGS, MENUS]).matchAll(/headroom\.\w+(?:\.\w+)?/g)].map(
    ([id]) => id,
  );
  const known = new Set([
    ...Object.keys(COMMANDS),
    ...Object.keys(SETTINGS),
    'headroom.trainingConfig',
    WALKTHROUGH.id,
  ]);

  it('in walkthrough, settings and menus', () => {
    expect(linked.length).toBeGreaterThan(5);
    expect(linked.filter((id) => !known.has(id))).toEqual([]);
  });
});

describe('trust and activation', () => {
  it('an untrusted workspace is limited, and its own word on where to read is ignored', () => {
    const { supported, restrictedConfigurations } = fields.capabilities.untrustedWorkspaces;
    expect(supported).toBe('limited');
    expect(restrictedConfigurations).toEqual(['headroom.modelFiles']);
    expect(fields.capabilities.virtualWorkspaces).toBe(true);
  });

  it('wakes for exactly the languages that a dialect reads', () => {
    const read = new Set(dialects.flatMap((dialect) => dialect.languages));
    const NAMES: Readonly<Record<string, string>> = {
      jsonc: 'json',
      shellscript: 'shell',
      makefile: 'shell',
      dockerfile: 'shell',
      markdown: 'shell',
    };
    const watched = new Set(DOCUMENT_LANGUAGES.map((language) => NAMES[language] ?? language));
    expect(watched).toEqual(read);
    expect(fields.activationEvents).toEqual(DOCUMENT_LANGUAGES.map((language) => `onLanguage:${language}`));
  });
});
