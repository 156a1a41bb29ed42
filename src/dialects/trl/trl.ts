// Recipes for TRL and the Hugging Face Trainer under it: `trl sft --config FILE`, alignment-handbook, open-r1 and their kin. One flat
// file a run, read with the defaults of the release that is installed, else of the newest that reads every key of the file.
// Releases read against their source: 0.7.11 to 1.16.0.
// Deliberately absent: launchers' own files, which are joined where a recipe names one; environment variables.

import type { Dialect } from '../dialect.ts';
import { detect } from './detect.ts';
import { keys } from './keys/keys.ts';
import { read } from './read.ts';

export const trl: Dialect = { id: 'trl', name: 'TRL', languages: ['yaml', 'json'], keys, detect, read };
