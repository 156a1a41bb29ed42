// Which language a file is in, by its name. Anything unknown is YAML, as most configs are.

import type { SourceLanguage } from './source-doc.ts';

const BY_NAME: readonly (readonly [RegExp, SourceLanguage])[] = [
  [/\.jsonc?$/i, 'json'],
  [/\.toml$/i, 'toml'],
  [/\.(?:sh|bash|zsh|slurm|sbatch|mk|md|markdown)$|(?:^|[\\/])(?:Makefile|Dockerfile[^\\/]*)$/i, 'shell'],
  [/\.py$/i, 'python'],
];

export const sourceLanguageOf = (fileName: string): SourceLanguage =>
  BY_NAME.find(([name]) => name.test(fileName))?.[1] ?? 'yaml';
