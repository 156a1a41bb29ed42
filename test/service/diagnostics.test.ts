import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import type { Language } from '../../src/base/language.ts';
import { analyse } from '../../src/service/analyse.ts';
import { diagnostics } from '../../src/service/diagnostics.ts';
import { rules } from '../../src/service/rules/rules.ts';
import { environment } from '../support/environment.ts';
import { withoutProblems, withProblems } from '../support/marked-text.ts';

vi.mock('../../src/memory/estimate-run.ts', () => import('../support/linear-estimate.ts'));

const folder = new URL('../fixtures/service/problems/', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8');
const gpuOf = (text: string): string | null => /^# gpu: (.+)$/m.exec(text)?.[1] ?? null;

const problemsOf = (text: string, language: Language = 'en') =>
  diagnostics(analyse(text, 'train.yaml', environment(gpuOf(text), language)));

describe('diagnostics', () => {
  it.each(names)('stand under their keys, and no others: %s', (name) => {
    const marked = read(name);
    const text = withoutProblems(marked);
    const printed = withProblems(text, problemsOf(text));
    if (process.env.UPDATE_FIXTURES) writeFileSync(new URL(name, folder), printed);
    expect(printed).toBe(process.env.UPDATE_FIXTURES ? printed : marked);
  });

  it('are the same in Chinese but for their words', () => {
    for (const name of names) {
      const text = withoutProblems(read(name));
      const facts = (language: Language) =>
        problemsOf(text, language).map(({ code, range, severity }) => ({ code, range, severity }));
      expect(facts('zh-cn')).toEqual(facts('en'));
      for (const { message } of problemsOf(text, 'zh-cn')) expect(message).toMatch(/\p{Script=Han}/u);
    }
  });

  it('have stable, distinct codes, each with a sentence about it in both languages', () => {
    const codes = rules.map((rule) => rule.code);
    expect(new Set(codes).size).toBe(codes.length);
    expect([...codes].sort()).toMatchInlineSnapshot(`
      [
        "headroom/ambiguous-dialect",
        "headroom/duplicate-key",
        "headroom/key-without-effect",
        "headroom/missing-file",
        "headroom/missing-model",
        "headroom/nothing-trained",
        "headroom/over-budget",
        "headroom/syntax",
        "headroom/tight",
        "headroom/unknown-field",
        "headroom/unknown-key",
        "headroom/unknown-model",
        "headroom/unreadable-value",
        "headroom/unsupported",
      ]
    `);
    for (const { doc } of rules) {
      expect(doc.en).not.toBe('');
      expect(doc['zh-cn']).toMatch(/\p{Script=Han}/u);
    }
  });

  it('name their source once', () => {
    const problems = names.flatMap((name) => problemsOf(withoutProblems(read(name))));
    for (const { source, code } of problems)
      expect([source, code]).toEqual(['headroom', expect.not.stringContaining('/')]);
    expect(problems.length).toBeGreaterThan(5);
  });

  it('are seen in the fixtures, each rule at least once', () => {
    const seen = new Set(
      names.flatMap((name) => problemsOf(withoutProblems(read(name))).map((p) => `${p.source}/${p.code}`)),
    );
    // A file of two frameworks and a missing file cannot be written while the dialects report neither.
    const unreachable = ['headroom/ambiguous-dialect', 'headroom/missing-file'];
    expect(rules.map((r) => r.code).filter((code) => !seen.has(code) && !unreachable.includes(code))).toEqual([]);
  });
});
