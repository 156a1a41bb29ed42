// The import table really forbids: a house of empty rooms with one import each is held to the same rules as ours.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import { expect, test } from 'vitest';
import { root } from '../support/repository.ts';

const rules = createRequire(import.meta.url)(`${root}.dependency-cruiser.cjs`);

/** `from → to`, and whether the table allows it. */
const IMPORTS: readonly (readonly [from: string, to: string, allowed: boolean])[] = [
  ['src/memory/a.ts', 'src/base/b.ts', true],
  ['src/base/a.ts', 'src/memory/b.ts', false],
  ['src/catalogue/a.ts', 'src/memory/b.ts', false],
  ['src/dialects/one/a.ts', 'src/dialects/dialect.ts', true],
  ['src/dialects/one/b.ts', 'src/dialects/two/c.ts', false],
  ['src/dialects/one/h.ts', 'src/dialects/hugging-face/e.ts', true],
  ['src/dialects/hugging-face/f.ts', 'src/dialects/one/g.ts', false],
  ['src/dialects/one/d.ts', 'src/dialects/registry.ts', false],
  ['src/dialects/registry.ts', 'src/dialects/two/c.ts', true],
  ['src/service/a.ts', 'src/dialects/registry.ts', true],
  ['src/service/b.ts', 'src/host/c.ts', false],
  ['src/protocol/a.ts', 'src/service/c.ts', false],
  ['src/host/a.ts', 'src/service/c.ts', true],
  ['src/host/b.ts', 'src/cli/c.ts', false],
  ['src/cli/a.ts', 'src/service/c.ts', true],
  ['src/cli/b.ts', 'src/host/c.ts', false],
  ['webview/a.ts', 'src/memory/b.ts', true],
  ['webview/b.ts', 'src/service/c.ts', false],
  ['src/host/d.ts', 'node:fs', false],
  ['src/host/e.node.ts', 'node:fs', true],
  ['src/cli/d.ts', 'node:fs', true],
  ['src/service/d.ts', 'node:fs', false],
  ['src/profiler/a.ts', 'src/memory/b.ts', true],
  ['src/profiler/b.ts', 'src/service/c.ts', false],
  ['src/profiler/c.ts', 'node:fs', false],
  ['src/profiler/d.node.ts', 'node:fs', true],
  ['src/cli/e.ts', 'src/profiler/a.ts', true],
];

test('what the table does not list is refused, what it lists is not', async () => {
  const house = mkdtempSync(join(tmpdir(), 'headroom-layers-'));
  try {
    for (const [from, to] of IMPORTS) build(house, from, to);
    const result = await cruise(['src', 'webview'], {
      ...rules.options,
      baseDir: house,
      ruleSet: rules,
      validate: true,
    });
    const refused = (result.output as ICruiseResult).summary.violations
      .filter(({ rule }) => rule.name === 'not-in-allowed')
      .map(({ from, to }) => `${from} → ${to}`);
    const expected = IMPORTS.filter(([, , allowed]) => !allowed).map(
      ([from, to]) => `${from} → ${to.replace('node:', '')}`,
    );
    expect([...refused].sort()).toEqual([...expected].sort());
  } finally {
    rmSync(house, { recursive: true });
  }
});

function build(house: string, from: string, to: string): void {
  const target = to.startsWith('node:') ? to : `${'../'.repeat(from.split('/').length - 1)}${to}`;
  write(house, from, `import { it } from '${target}';\nexport const own = it;\n`);
  if (!to.startsWith('node:') && !IMPORTS.some(([file]) => file === to)) write(house, to, 'export const it = 1;\n');
}

function write(house: string, file: string, text: string): void {
  mkdirSync(join(house, dirname(file)), { recursive: true });
  writeFileSync(join(house, file), text);
}
