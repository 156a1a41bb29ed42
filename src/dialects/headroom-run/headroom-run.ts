// The native file: a TrainingRun in YAML or JSON, with `schema: headroom/run@1` on top. Every field but model and batch has a
// default. Deliberately absent: another framework's words, and tolerance: a field that does not exist is an error.

import type { Dialect } from '../dialect.ts';
import { detect } from './detect.ts';
import { keys } from './keys.ts';
import { read } from './read.ts';

export const headroomRun: Dialect = {
  id: 'headroom-run',
  name: 'Headroom',
  languages: ['yaml', 'json'],
  keys,
  detect,
  read,
};
