// The table of LLaMA-Factory's keys: names, types, defaults with their source, what of a run they decide, and their docs.
// This table is the schema of the dialect; there is no second one that could disagree with it.

import type { KeySpec } from '../../dialect.ts';
import { specsByKey } from '../../key-spec.ts';
import { dataKeys } from './data-keys.ts';
import { modelKeys } from './model-keys.ts';
import { silentKeys } from './silent-keys.ts';
import { trainerKeys } from './trainer-keys.ts';
import { tuningKeys } from './tuning-keys.ts';

export const keys: readonly KeySpec[] = [...modelKeys, ...dataKeys, ...tuningKeys, ...trainerKeys];
export const specs: ReadonlyMap<string, KeySpec> = specsByKey(keys);

export const knownKeys: ReadonlySet<string> = new Set([...specs.keys(), ...silentKeys]);
