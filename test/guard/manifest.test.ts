// package.json's extension fields and package.nls*.json are made from src/manifest. `UPDATE=1 npx vitest run
// test/guard/manifest.test.ts` writes them; without it, a difference fails.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/manifest/commands.ts';
import { manifestFields, manifestWords } from '../../src/manifest/contributes.ts';

const root = new URL('../../', import.meta.url);
const read = (name: string): Record<string, unknown> => JSON.parse(readFileSync(new URL(name, root), 'utf8'));
const readIfThere = (name: string): unknown => (existsSync(new URL(name, root)) ? read(name) : null);
const write = (name: string, value: unknown): void =>
  writeFileSync(new URL(name, root), `${JSON.stringify(value, null, 2)}\n`);

const OUTPUTS = [
  { file: 'package.nls.json', content: () => manifestWords('en') },
  { file: 'package.nls.zh-cn.json', content: () => manifestWords('zh-cn') },
] as const;

if (process.env.UPDATE) {
  write('package.json', { ...read('package.json'), ...manifestFields() });
  for (const { file, content } of OUTPUTS) write(file, content());
}

describe('the manifest is what src/manifest says (UPDATE=1 rewrites it)', () => {
  const manifest = read('package.json');

  it.each(Object.entries(manifestFields()))('package.json: %s', (field, expected) => {
    expect(manifest[field]).toEqual(expected);
  });

  it.each(OUTPUTS)('$file', ({ file, content }) => {
    expect(readIfThere(file)).toEqual(content());
  });

  it('every %key% has a text in both languages, and every text is used', () => {
    const used = [...JSON.stringify(manifest).matchAll(/%([\w.-]+)%/g)].map((match) => match[1]).sort();
    for (const language of ['en', 'zh-cn'] as const) {
      const words = manifestWords(language);
      expect(Object.keys(words).sort()).toEqual([...new Set(used)]);
      expect(Object.values(words).filter((text) => text.trim() === '')).toEqual([]);
    }
  });

  it('every file that the manifest names in media exists', () => {
    const named = [...JSON.stringify(manifest).matchAll(/"(media\/[^"]+)"/g)].map((match) => match[1] ?? '');
    expect(named.length).toBeGreaterThan(1);
    expect(named.filter((file) => !existsSync(new URL(file, root)))).toEqual([]);
  });

  it('the entry for browsers is one that their extension host can load', () => {
    // extHostExtensionService of the web worker: appends .js to any other name, and refuses ES modules.
    expect(manifest.browser).toMatch(/\.js$/);
    expect(manifest.type).not.toBe('module');
  });

  it('the two commands that people know by title keep it', () => {
    const words = manifestWords('en');
    expect(words['command.showPanel']).toBe('Estimate VRAM');
    expect(words['command.profile']).toBe('Profile This Config');
    expect(Object.keys(COMMANDS)).toContain('headroom.pickGpu');
  });
});
