// A sample of npm run fuzz on every test run: broken configs are answered, never thrown at, and what is printed stays bounded.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { asked, drawn } from '../support/all-projections.ts';
import { environment } from '../support/environment.ts';
import { mutant } from '../support/mutations.ts';
import { root } from '../support/repository.ts';

const folder = join(root, 'test/fixtures/configs');
const fixtures = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => /[.](ya?ml|json)$/.test(name))
  .sort()
  .map((name) => readFileSync(join(folder, name), 'utf8'));

const MUTANTS = 300;

test(`${MUTANTS} mutants of the fixtures, through every projection`, () => {
  let training = 0;
  for (let seed = 1; seed <= MUTANTS; seed++) {
    const text = mutant(fixtures, seed);
    const analysis = drawn(text, 'config.yaml', environment('RTX 4090'));
    expect(analysis.doc.text).toBe(text);
    if (analysis.dialect === null) continue;
    training += 1;
    for (const line of [0, 3, 9]) asked(analysis, line, 2);
  }
  // Mutants that nobody takes for a training config would prove nothing.
  expect(training).toBeGreaterThan(MUTANTS / 3);
});

test('a seed always gives the same mutant', () => {
  expect(mutant(fixtures, 42)).toBe(mutant(fixtures, 42));
  expect(new Set([1, 2, 3, 4, 5].map((seed) => mutant(fixtures, seed))).size).toBe(5);
});
