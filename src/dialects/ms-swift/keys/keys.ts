// The table of ms-swift's keys: names, types, defaults with their source, what of a run they decide, and their docs.

import type { KeySpec } from '../../dialect.ts';
import { silentTrainerKeys } from '../../hugging-face/silent-trainer-keys.ts';
import { specsByKey } from '../../key-spec.ts';
import { modelKeys } from './model-keys.ts';
import { silentKeys } from './silent-keys.ts';
import { trainingKeys } from './training-keys.ts';
import { tunerKeys } from './tuner-keys.ts';

export const keys: readonly KeySpec[] = [...modelKeys, ...tunerKeys, ...trainingKeys];
export const specs: ReadonlyMap<string, KeySpec> = specsByKey(keys);

export const knownKeys: ReadonlySet<string> = new Set([...specs.keys(), ...silentTrainerKeys, ...silentKeys]);
