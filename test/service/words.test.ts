import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { en } from '../../src/service/words/en.ts';
import { zhCn } from '../../src/service/words/zh-cn.ts';

/** Every sentence by its path; those with arguments are given their argument's number in braces. */
function sentences(node: unknown, path = ''): readonly (readonly [string, string])[] {
  if (typeof node === 'string') return [[path, node]];
  if (typeof node === 'function') {
    const args = Array.from({ length: node.length }, (_, i) =>
      path === '.list' || path === '.fixes.set' ? [`{${i}}`] : `{${i}}`,
    );
    return [[path, String(node(...args))]];
  }
  return Object.entries(node as object).flatMap(([key, value]) => sentences(value, `${path}.${key}`));
}

const source = (file: string): string => readFileSync(new URL(`../../src/${file}`, import.meta.url), 'utf8');

const english = new Map(sentences(en));
const chinese = new Map(sentences(zhCn));

describe('the two languages', () => {
  it('have the same sentences, none empty', () => {
    expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
    for (const text of [...english.values(), ...chinese.values()]) expect(text.trim()).not.toBe('');
  });

  it('use every argument that a sentence is given, in both', () => {
    for (const [path, text] of english) {
      const arguments_ = (sentence: string): string[] => [...new Set(sentence.match(/\{\d\}/g) ?? [])].sort();
      expect(arguments_(chinese.get(path) ?? ''), path).toEqual(arguments_(text));
    }
  });

  it('English has no Chinese letters; Chinese is Chinese but for the words of the field', () => {
    for (const text of english.values()) expect(text).not.toMatch(/\p{Script=Han}/u);
    const same = [...chinese].filter(([, text]) => !/\p{Script=Han}/u.test(text) && /[a-z]{3}/i.test(text));
    expect(same.map(([path]) => path)).toEqual([
      '.terms.logits.label',
      '.features.framework.compile=true',
      '.features.method.dora=true',
    ]);
  });

  it('have words for every reason of a range and for everything the replay may refuse', () => {
    const causes = [...source('memory/range.ts').matchAll(/\bid: '([a-z-]+)'/g)].map((match) => match[1]!);
    const refusals = source('memory/unsupported.ts');
    const fields = [...refusals.matchAll(/(?:\[\s*'([a-zA-Z.]+)',\s*\(|field: '([a-zA-Z.]+)')/g)].map(
      (match) => match[1] ?? match[2]!,
    );
    expect(causes).toContain('context');
    expect(fields).toEqual(expect.arrayContaining(['stage', 'parallel.offload', 'model.experts', 'framework.experts']));
    for (const words of [en, zhCn]) {
      expect(causes.filter((id) => !(id in words.causes))).toEqual([]);
      const named = (field: string) => field in words.features || `${field}=true` in words.features;
      expect([...new Set(fields)].filter((field) => !named(field))).toEqual([]);
    }
  });
});
