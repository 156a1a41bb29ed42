// Every file of ms-swift's repository: its runs are claimed and read, what drives other programs is left alone.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { analyse } from '../../../src/service/analyse.ts';

const FOLDER = join(import.meta.dirname, '../../../../shared/corpus/ms-swift');
const present = existsSync(FOLDER);
if (!present) console.log(`skipped: no corpus at ${relative(process.cwd(), FOLDER)}`);

const files = present
  ? readdirSync(FOLDER, { recursive: true, withFileTypes: true })
      .filter((e) => e.isFile() && /\.(ya?ml|json)$/.test(e.name))
      .map((e) => join(e.parentPath, e.name))
  : [];
/** DeepSpeed's and FSDP's files, sampling, inference, and the arguments of the second generation. */
const isOther = (file: string): boolean =>
  /[\\/](config[\\/](zero|fsdp)|fsdp[^\\/]*\.json|qwen3_8_27b|sampler)|infer\.|tests[\\/]llm[\\/]config/.test(file);
const environment = { language: 'en', target: null, depth: 'ledger', versions: {}, file: () => null } as const;
const analysed = files.map((file) => ({ file, ...analyse(readFileSync(file, 'utf8'), file, environment) }));

describe.skipIf(!present)('files of ms-swift', () => {
  it('are claimed where they train', () => {
    const wrong = analysed.filter((a) => (a.dialect?.id === 'ms-swift') === isOther(a.file));
    expect(wrong.map((a) => relative(FOLDER, a.file))).toEqual([]);
  });

  it('give a run each, and a total or a reason', () => {
    const claimed = analysed.filter((a) => a.dialect);
    const without = claimed.filter((a) => !a.estimate || a.floor);
    console.log(`claimed ${claimed.length} of ${files.length}; totals ${claimed.length - without.length}`);
    for (const a of without)
      console.log(
        `  ${relative(FOLDER, a.file)}: ${a.floor ? `${a.floor.field} ${a.floor.value}` : a.findings[0]?.code}`,
      );
    expect(claimed.filter((a) => !a.reading?.run)).toEqual([]);
    expect(without.filter((a) => !a.floor && a.findings.length === 0)).toEqual([]);
  });
});
