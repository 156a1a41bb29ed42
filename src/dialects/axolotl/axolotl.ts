// axolotl (axolotl-ai-cloud/axolotl): one flat YAML file a run, read with the framework's own defaults.
// Source throughout: v0.18.0 (transformers 5.14.1, peft 0.19.1, accelerate 1.13.0 as it pins them); older releases where
// `world.versions.axolotl` says so.
// Deliberately absent: data sets, and the plugins whose models or trainers the replay has no program for: those are named.

import type { Dialect } from '../dialect.ts';
import { detect } from './detect.ts';
import { keys } from './keys/keys.ts';
import { read } from './read.ts';

export const axolotl: Dialect = { id: 'axolotl', name: 'axolotl', languages: ['yaml', 'json'], keys, detect, read };
