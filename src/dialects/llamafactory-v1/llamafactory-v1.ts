// LLaMA-Factory's second generation (USE_V1=1): another program under the same name, with nested plugins and its own defaults.
// Deliberately absent: the flat files everybody else has; those are the dialect `llamafactory`.

import type { Dialect } from '../dialect.ts';
import { detect } from './detect.ts';
import { keys } from './keys.ts';
import { read } from './read.ts';

export const llamafactoryV1: Dialect = {
  id: 'llamafactory-v1',
  name: 'LLaMA-Factory v1',
  languages: ['yaml', 'json'],
  keys,
  detect,
  read,
};
