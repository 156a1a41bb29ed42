// Real LLaMA-Factory configs to measure with: the corpus beside the repository where there is one, else our fixtures.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface CorpusFile {
  readonly name: string;
  readonly text: string;
}

const CORPUS = '../shared/corpus/llamafactory';
const FIXTURES = 'test/fixtures/configs/llamafactory';

export function llamafactoryFiles(): { readonly files: readonly CorpusFile[]; readonly from: string } {
  const folder = existsSync(CORPUS) ? CORPUS : FIXTURES;
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /[.]ya?ml$/.test(name));
  const files = names
    .sort()
    .map((name) => ({ name: join(folder, name), text: readFileSync(join(folder, name), 'utf8') }));
  return { files, from: folder === CORPUS ? 'corpus' : 'fixtures; the corpus is not here' };
}
