// torchtune (meta-pytorch/torchtune): a YAML file a recipe, its parts named by the Python path they are built from (`_component_`).
// Releases: 0.6.1 as traced, 0.7.0 as read.
// Deliberately absent: what the recipe's own code decides outside the file, and vision models.

import type { Dialect } from '../dialect.ts';
import { detect } from './detect.ts';
import { keys } from './keys.ts';
import { read } from './read.ts';

export const torchtune: Dialect = { id: 'torchtune', name: 'torchtune', languages: ['yaml'], keys, detect, read };
