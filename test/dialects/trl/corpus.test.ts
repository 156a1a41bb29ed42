// Every recipe of TRL, alignment-handbook, open-r1 and their forks: claimed, read, and why those without a total have none.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAccelerateText } from '../../../src/dialects/hugging-face/accelerate-file.ts';
import { analyse } from '../../../src/service/analyse.ts';
import type { Analysis } from '../../../src/service/analysis-types.ts';

const CORPUS = join(import.meta.dirname, '../../../../shared/corpus');
const present = existsSync(CORPUS);
if (!present) console.log(`skipped: no corpus at ${relative(process.cwd(), CORPUS)}`);

const filesOf = (folder: string): readonly string[] =>
  present
    ? readdirSync(join(CORPUS, folder), { recursive: true, withFileTypes: true })
        .filter((e) => e.isFile() && /\.(ya?ml|json)$/.test(e.name))
        .map((e) => join(e.parentPath, e.name))
    : [];

/** Files of the launchers: accelerate's, and DeepSpeed's JSON. */
const isCompanion = (file: string): boolean =>
  /[\\/](accelerate_configs|configs)[\\/]/.test(file) && !/[\\/]cli_configs[\\/]/.test(file);
const isDeepspeed = (file: string): boolean => /^(deepspeed|ds)_.*\.json$/.test(basename(file));

const environment = { language: 'en', target: null, depth: 'ledger', versions: {}, file: () => undefined } as const;
const look = (file: string) => ({ file, ...analyse(readFileSync(file, 'utf8'), file, environment) });

function reasonOf({ floor, findings }: Analysis): string {
  if (floor) return `${floor.field} ${floor.value}`;
  return findings[0]?.code ?? 'none';
}

describe.skipIf(!present)('recipes of the corpus', () => {
  const files = filesOf('trl');
  const recipes = files.filter((file) => !isCompanion(file) && !isDeepspeed(file)).map(look);

  it('are claimed, all but the companions', () => {
    expect(recipes.filter((a) => a.dialect?.id !== 'trl').map((a) => a.file)).toEqual([]);
    const companions = [...files.filter((file) => isCompanion(file) || isDeepspeed(file)), ...filesOf('accelerate')];
    expect(
      companions
        .map(look)
        .filter((a) => a.dialect)
        .map((a) => a.file),
    ).toEqual([]);
    console.log(`claimed ${recipes.length} recipes, left ${companions.length} companions alone`);
  });

  it('have the stage that their folder says', () => {
    const folder = (file: string): string | undefined => /[\\/](sft|dpo|orpo|grpo|cpt)[\\/][^\\/]+$/.exec(file)?.[1];
    const other = recipes.filter((a) => {
      const said = folder(a.file);
      return a.run && said !== undefined && a.run.stage !== said && !(said === 'cpt' && a.run.stage === 'sft');
    });
    expect(other.map((a) => `${relative(CORPUS, a.file)}: ${a.run?.stage}`)).toEqual([]);
  });

  it('give a run each, and no value that cannot be read', () => {
    expect(recipes.filter((a) => !a.reading?.run).map((a) => a.file)).toEqual([]);
    const told = recipes.flatMap((a) => a.findings.filter((f) => f.code === 'unreadable-value').map(() => a.file));
    expect(told).toEqual([]);
  });

  it('have totals, and say why where they have none', () => {
    const without = recipes.filter((a) => !a.estimate);
    const reasons = new Map<string, number>();
    for (const a of without) reasons.set(reasonOf(a), (reasons.get(reasonOf(a)) ?? 0) + 1);
    console.log(`totals ${recipes.length - without.length} of ${recipes.length}; without:`);
    for (const [reason, count] of [...reasons].sort((a, b) => b[1] - a[1])) console.log(`  ${count} ${reason}`);
    expect(reasons.get('none')).toBeUndefined();
  });
});

describe.skipIf(!present)('accelerate files of the corpus', () => {
  it('are read as what they say they distribute', () => {
    const files = [...filesOf('trl').filter(isCompanion), ...filesOf('accelerate')].filter((f) => /\.ya?ml$/.test(f));
    const plans = files.flatMap((file) => {
      const text = readFileSync(file, 'utf8');
      const said = /^distributed_type: *["']?(\w+)/m.exec(text)?.[1];
      return said === undefined ? [] : [{ file, said, plan: readAccelerateText(text) }];
    });
    const kinds: Readonly<Record<string, string>> = {
      FSDP: 'fsdp',
      DEEPSPEED: 'deepspeed',
      MULTI_GPU: 'ddp',
      NO: 'one',
    };
    const wrong = plans.filter(({ said, plan }) => plan?.kind !== (kinds[said] ?? 'other'));
    expect(wrong.map((w) => w.file)).toEqual([]);
    console.log(`read ${plans.length} accelerate files`);
    expect(plans.length).toBeGreaterThan(60);
  });
});
