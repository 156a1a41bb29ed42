// npm run docs: writes the computed parts of the documents again.

import { readFileSync, writeFileSync } from 'node:fs';
import { articleTable } from './article.ts';
import { withBlocks } from './generated-blocks.ts';

const DOCUMENTS = ['docs/article.md'];
const blocks = { 'article-en': () => articleTable('en'), 'article-zh-cn': () => articleTable('zh-cn') };

for (const path of DOCUMENTS) {
  const before = readFileSync(path, 'utf8');
  const after = withBlocks(before, blocks);
  if (after !== before) writeFileSync(path, after);
  console.log(`${path}: ${after === before ? 'in step' : 'written'}`);
}
