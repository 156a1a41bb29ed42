import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { analysed, articleTable } from '../../scripts/article.ts';
import { articleRows } from '../../scripts/article-rows.ts';
import { withBlocks } from '../../scripts/generated-blocks.ts';

const article = readFileSync('docs/article.md', 'utf8');

describe('docs/article.md', () => {
  test('is in step with the product (else: npm run docs)', () => {
    const made = withBlocks(article, {
      'article-en': () => articleTable('en'),
      'article-zh-cn': () => articleTable('zh-cn'),
    });
    expect(article).toBe(made);
  });

  test.each(['en', 'zh-cn'] as const)('has no hole left in its reasons (%s)', (language) => {
    const table = articleTable(language);
    expect(table).not.toMatch(/[{}]|NaN|undefined/);
    for (const row of articleRows) expect(table).toContain(row.file);
  });
});

test.each(articleRows.filter((row) => row.measured))(
  '$file agrees with what its script really took, within 0.5 %',
  (row) => {
    const ours = analysed(row, 'en').estimate?.peak.allocated.expected ?? 0;
    expect(Math.abs(ours / (row.measured?.bytes ?? 1) - 1)).toBeLessThan(0.005);
  },
);

test('a block is replaced whole, and twice gives the same', () => {
  const text = 'a\n<!-- generated: x -->\nold\nlines\n<!-- end: x -->\nb\n<!-- generated: y -->\n\n<!-- end: y -->\n';
  const once = withBlocks(text, { x: () => 'new' });
  expect(once).toBe(
    'a\n<!-- generated: x -->\n\nnew\n\n<!-- end: x -->\nb\n<!-- generated: y -->\n\n<!-- end: y -->\n',
  );
  expect(withBlocks(once, { x: () => 'new' })).toBe(once);
});
