// LLaMA-Factory (hiyouga/LLaMA-Factory): one flat YAML file a run, read with the framework's own defaults.
// Releases: 0.9.4 and 0.9.5 as traced; older ones where `world.versions.llamafactory` says so.
// Deliberately absent: the second generation (dialect llamafactory-v1); environment variables (USE_MCA, NPROC_PER_NODE), which
// are in no file; and a second schema: the table in keys/ is what hover, completion and the reader all go by.

import type { Dialect } from '../dialect.ts';
import { detect } from './detect.ts';
import { keys } from './keys/keys.ts';
import { read } from './read.ts';

export const llamafactory: Dialect = {
  id: 'llamafactory',
  name: 'LLaMA-Factory',
  languages: ['yaml', 'json'],
  keys,
  detect,
  read,
};
