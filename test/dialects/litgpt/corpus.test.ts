// Every file of LitGPT's config hub: claimed, read, its model known; what has no total says why.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { analyse } from '../../../src/service/analyse.ts';

const HUB = join(import.meta.dirname, '../../../../shared/corpus/litgpt');
const present = existsSync(HUB);
if (!present) console.log(`skipped: no corpus at ${relative(process.cwd(), HUB)}`);

const files = present
  ? readdirSync(HUB, { recursive: true, withFileTypes: true })
      .filter((e) => e.isFile() && e.name.endsWith('.yaml'))
      .map((e) => join(e.parentPath, e.name))
  : [];
const environment = { language: 'en', target: null, depth: 'ledger', versions: {}, file: () => undefined } as const;
const analysed = files.map((file) => ({ file, ...analyse(readFileSync(file, 'utf8'), file, environment) }));

describe.skipIf(!present)('LitGPT’s config hub', () => {
  it('is claimed and read, file by file', () => {
    expect(analysed.length).toBe(39);
    expect(analysed.filter((a) => a.dialect?.id !== 'litgpt' || !a.run || a.model?.kind !== 'known')).toEqual([]);
    expect(analysed.flatMap((a) => a.findings)).toEqual([]);
  });

  it('agrees with the name of each file about what it trains', () => {
    const expected = (file: string): string =>
      /qlora/.test(file) ? 'lora nf4' : /lora/.test(file) ? 'lora none' : 'full none';
    const told = analysed.map((a) => `${a.file}: ${a.run?.method.kind} ${a.run?.weights.quantization}`);
    expect(told).toEqual(files.map((file) => `${file}: ${expected(relative(HUB, file).split('/').at(-1) ?? '')}`));
  });

  it('has totals, and says why where it has none', () => {
    const without = analysed.filter((a) => !a.estimate);
    console.log(`totals ${analysed.length - without.length} of ${analysed.length}`);
    for (const { file, floor } of without) console.log(`  ${relative(HUB, file)}: ${floor?.field} ${floor?.value}`);
    // Sharded by FSDP (full fine-tuning on several GPUs) or not given one GPU: a floor.
    expect(without.map(({ floor }) => floor?.field)).toEqual(without.map(() => 'parallel.gpus'));
    expect(without.length).toBeLessThanOrEqual(6);
  });
});
