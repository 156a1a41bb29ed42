// The table of TRL's keys: names, types, defaults of the newest release with their source, what of a run they decide, their docs.
// What older releases had instead stands in ../release.ts.

import type { KeySpec } from '../../dialect.ts';
import { dataKeys } from './data-keys.ts';
import { modelKeys } from './model-keys.ts';
import { silentKeys } from './silent-keys.ts';
import { stageKeys } from './stage-keys.ts';
import { trainerKeys } from './trainer-keys.ts';

export const keys: readonly KeySpec[] = [...modelKeys, ...dataKeys, ...stageKeys, ...trainerKeys];
export const knownKeys: ReadonlySet<string> = new Set([...keys.map((k) => k.key), ...silentKeys]);
