// Every torchtune file of the corpus: which are claimed, what is shown of those that train, and why where it is no total.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { analyse } from '../../../src/service/analyse.ts';
import { environment } from '../../support/environment.ts';

const HOME = join(import.meta.dirname, '../../../../shared/corpus/torchtune');
const present = existsSync(HOME);
if (!present) console.log(`skipped: no corpus at ${relative(process.cwd(), HOME)}`);

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((e) => e.isFile() && /\.ya?ml$/.test(e.name))
    .map((e) => relative(HOME, join(e.parentPath, e.name)));
}

/** Manifests of a cluster that starts the program: their command line is no config. */
const isManifest = (file: string): boolean => file.startsWith('kubeflow+trainer');
const trains = (file: string): boolean =>
  !isManifest(file) && !/configs_inference|validate_offline|alpaca_generate/.test(file);

describe.skipIf(!present)('torchtune files of the corpus', () => {
  const looked = (present ? filesBelow(HOME) : []).map((file) => ({
    file,
    ...analyse(readFileSync(join(HOME, file), 'utf8'), file, environment()),
  }));

  it('are claimed, and shown where they train', () => {
    const claimed = looked.filter((l) => l.dialect?.id === 'torchtune').map((l) => l.file);
    expect(claimed).toEqual(looked.map((l) => l.file).filter(trains));
  });

  it('give a total, or say why not', () => {
    const shown = looked.filter((l) => l.dialect);
    const whyNot = (l: (typeof looked)[number]): string =>
      l.floor ? `${l.floor.field} ${l.floor.value}` : l.findings.map((f) => f.code).join(' ');
    const reasons = new Map<string, number>();
    for (const l of shown) if (!l.estimate) reasons.set(whyNot(l), (reasons.get(whyNot(l)) ?? 0) + 1);
    const totals = shown.filter((l) => l.estimate).length;
    console.log(`totals ${totals} of ${shown.length};`, Object.fromEntries(reasons));
    expect(shown.filter((l) => !l.estimate && !l.floor && l.findings.length === 0)).toEqual([]);
  });
});
