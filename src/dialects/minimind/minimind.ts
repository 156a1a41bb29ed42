// MiniMind (jingyaogong/minimind, generation 3 at d65ef2c0): no config file, but flags. Read are command lines that start its
// scripts, in shell scripts, Makefiles, Dockerfiles and Markdown, and the defaults of the scripts' own arguments.
// Deliberately absent: generations 1 and 2 (a run@1 file with a preset has them), and train_distillation.py, whose two models
// have flags of their own.

import type { Dialect } from '../dialect.ts';
import { detect } from './detect.ts';
import { keys } from './keys.ts';
import { read } from './read.ts';

export const minimind: Dialect = {
  id: 'minimind',
  name: 'MiniMind',
  languages: ['shell', 'python'],
  keys,
  detect,
  read,
};
