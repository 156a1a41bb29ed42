// ms-swift (modelscope/ms-swift): the arguments of `swift sft`, `swift pt` and `swift rlhf` in a YAML or JSON file.
// Source throughout: v4.5.2; the older names of keys where they still mean the same.
// Deliberately absent: the shell scripts most runs are started by, and the model types, templates and data sets of its registry.

import type { Dialect } from '../dialect.ts';
import { detect } from './detect.ts';
import { keys } from './keys/keys.ts';
import { read } from './read.ts';

export const msSwift: Dialect = { id: 'ms-swift', name: 'ms-swift', languages: ['yaml', 'json'], keys, detect, read };
