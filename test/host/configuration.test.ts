// Settings are free text in a JSON file: a value of the wrong kind reads as the default, and never reaches the service.

import { beforeEach, describe, expect, it } from 'vitest';
import { language, readSetting } from '../../src/host/configuration.ts';
import { SETTINGS, type SettingId } from '../../src/manifest/settings.ts';
import { editor, env, resetEditor } from '../support/fake-vscode.ts';

beforeEach(() => {
  resetEditor();
  env.language = 'en';
});

describe('readSetting', () => {
  it.each(Object.keys(SETTINGS) as SettingId[])('%s: anything else than its kind is the default', (id) => {
    for (const odd of [undefined, null, 24, {}, ['x']]) {
      editor.settings.set(id, odd);
      expect(readSetting(id)).toBe(SETTINGS[id].default);
    }
  });

  it('a value of its kind is returned', () => {
    editor.settings
      .set('headroom.gpu', 'RTX 4090')
      .set('headroom.lens.enabled', false)
      .set('headroom.modelFiles', 'never');
    expect(readSetting('headroom.gpu')).toBe('RTX 4090');
    expect(readSetting('headroom.lens.enabled')).toBe(false);
    expect(readSetting('headroom.modelFiles')).toBe('never');
  });

  it('a choice that does not exist is the default', () => {
    for (const odd of ['everywhere', 'toString', '']) {
      editor.settings.set('headroom.modelFiles', odd);
      expect(readSetting('headroom.modelFiles')).toBe('anywhere');
    }
  });
});

describe('language', () => {
  it.each([
    ['auto', 'en', 'en'],
    ['auto', 'zh-cn', 'zh-cn'],
    ['auto', 'fr', 'en'],
    ['zh-cn', 'en', 'zh-cn'],
    ['en', 'zh-cn', 'en'],
  ])('setting %s in an editor in %s: %s', (setting, locale, expected) => {
    editor.settings.set('headroom.language', setting);
    env.language = locale;
    expect(language()).toBe(expected);
  });
});
