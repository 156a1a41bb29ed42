// What a keyboard, a merge conflict or a broken download does to a config: no reading throws, none holds up the editor.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { World } from '../../src/dialects/dialect.ts';
import { detectDialect, dialects } from '../../src/dialects/registry.ts';
import { parseSource } from '../../src/yaml/parse.ts';

const FOLDER = join(import.meta.dirname, '../fixtures/configs');
const fixtures = readdirSync(FOLDER, { recursive: true, withFileTypes: true })
  .filter((e) => e.isFile())
  .map((e) => ({ name: e.name, text: readFileSync(join(e.parentPath, e.name), 'utf8') }));

const world: World = { fileName: 'config.yaml', file: () => undefined, versions: {} };
const slowest = { ms: 0, text: '' };

/** Through detection and, whatever it says, through every dialect: a user may choose one by hand. */
function readAll(text: string, name: string): void {
  const before = performance.now();
  const doc = parseSource(text, name.endsWith('.json') ? 'json' : 'yaml');
  detectDialect(doc, name);
  for (const dialect of dialects) {
    const reading = dialect.read(doc, world);
    for (const { span } of reading.findings) {
      if (span.start < 0 || span.end < span.start || span.end > text.length)
        throw new Error(`a finding outside the text: ${JSON.stringify(span)}`);
    }
    const batch = reading.run?.batch;
    if (batch && !(batch.micro >= 1 && batch.sequence >= 1 && Number.isInteger(batch.micro * batch.sequence)))
      throw new Error(`no batch: ${JSON.stringify(batch)}`);
  }
  const ms = performance.now() - before;
  if (ms > slowest.ms) Object.assign(slowest, { ms, text });
}

const scraps = [
  '\n',
  ' ',
  '\t',
  ':',
  '- ',
  '[',
  ']',
  '{',
  '}',
  '"',
  "'",
  '#',
  '&a ',
  '*a',
  '<<: *a\n',
  '!!int ',
  '|',
  '>',
  '---\n',
  '模',
  '\ud800',
  '\u0000',
  '-1',
  '1e309',
  '.nan',
  '99999999999999999999',
  'null',
  'no',
  '$' + '{x}',
  '__proto__: 1\n',
  'constructor: 2\n',
  '\r\n',
  '\ufeff',
];

describe('mutated configs', () => {
  it('every truncation of every fixture', { timeout: 120_000 }, () => {
    for (const { name, text } of fixtures)
      for (let end = 0; end <= text.length; end += 1) readAll(text.slice(0, end), name);
  });

  it('ten thousand cuts, insertions and repetitions', { timeout: 120_000 }, () => {
    const change = fc.record({
      at: fc.nat(2000),
      cut: fc.nat(40),
      add: fc.constantFrom(...scraps),
      times: fc.integer({ min: 0, max: 3 }),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...fixtures),
        fc.array(change, { minLength: 1, maxLength: 6 }),
        ({ name, text }, changes) => {
          const mutated = changes.reduce((t, { at, cut, add, times }) => {
            const start = at % (t.length + 1);
            return t.slice(0, start) + add.repeat(times) + t.slice(start + cut);
          }, text);
          readAll(mutated, name);
        },
      ),
      { numRuns: 10_000 },
    );
  });

  it('none takes long', () => {
    console.log(`slowest mutation: ${slowest.ms.toFixed(1)} ms`);
    // A machine that does other work at the same time may pause any one of them.
    const again = performance.now();
    readAll(slowest.text, 'config.yaml');
    expect(performance.now() - again).toBeLessThan(100);
  });
});
