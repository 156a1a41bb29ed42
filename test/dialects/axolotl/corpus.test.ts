// Every config of axolotl's examples, old and new: claimed, read, and why those without a total have none.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { analyse } from '../../../src/service/analyse.ts';
import type { Analysis } from '../../../src/service/analysis-types.ts';

const FOLDER = join(import.meta.dirname, '../../../../shared/corpus/axolotl');
const present = existsSync(FOLDER);
if (!present) console.log(`skipped: no corpus at ${relative(process.cwd(), FOLDER)}`);

const files = present
  ? readdirSync(FOLDER, { recursive: true, withFileTypes: true })
      .filter((e) => e.isFile() && /\.(ya?ml|json)$/.test(e.name))
      .map((e) => join(e.parentPath, e.name))
  : [];
/** DeepSpeed's files and the settings of a cloud are other programs'. */
const isCompanion = (file: string): boolean => /[\\/](deepspeed_configs|cloud)[\\/]/.test(file);

/** Paths in a config are relative to the root of the framework's repository. */
const ROOTS = present ? readdirSync(FOLDER).map((name) => join(FOLDER, name)) : [];
function companion(path: string): string | null {
  const found = ROOTS.map((root) => join(root, path)).find(existsSync);
  return found ? readFileSync(found, 'utf8') : null;
}
const environment = { language: 'en', target: null, depth: 'ledger', versions: {}, file: companion } as const;
const analysed = files.map((file) => ({ file, ...analyse(readFileSync(file, 'utf8'), file, environment) }));

function reasonOf({ floor, findings }: Analysis): string {
  const told = findings.find((f) => f.code === 'unsupported') ?? findings[0];
  return floor?.field ?? (told ? String(told.args.field ?? told.code) : 'none');
}

describe.skipIf(!present)('axolotl’s examples', () => {
  const claimed = analysed.filter((a) => a.dialect?.id === 'axolotl');

  it('are claimed, all but the companions', () => {
    expect(analysed.filter((a) => isCompanion(a.file) === (a.dialect !== null)).map((a) => a.file)).toEqual([]);
    expect(claimed.length).toBe(163);
  });

  it('give a run each, and no value that cannot be read', () => {
    expect(claimed.filter((a) => !a.reading?.run).map((a) => a.file)).toEqual([]);
    const unread = claimed.flatMap((a) => a.findings.filter((f) => f.code === 'unreadable-value').map(() => a.file));
    expect(unread).toEqual([]);
  });

  it('have totals, and say why where they have none', () => {
    const without = claimed.filter((a) => !a.estimate || a.floor);
    const reasons = new Map<string, number>();
    for (const a of without) reasons.set(reasonOf(a), (reasons.get(reasonOf(a)) ?? 0) + 1);
    console.log(`totals ${claimed.length - without.length} of ${claimed.length}; without:`);
    for (const [reason, count] of [...reasons].sort((a, b) => b[1] - a[1])) console.log(`  ${count} ${reason}`);
    expect(reasons.get('none')).toBeUndefined();
  });
});
