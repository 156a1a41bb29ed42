// The table of axolotl's keys: names, types, defaults with their source, what of a run they decide, and their docs.

import type { KeySpec } from '../../dialect.ts';
import { specsByKey } from '../../key-spec.ts';
import { adapterKeys } from './adapter-keys.ts';
import { kernelKeys } from './kernel-keys.ts';
import { modelKeys } from './model-keys.ts';
import { rowKeys } from './row-keys.ts';
import { shardingKeys } from './sharding-keys.ts';
import { silentKeys } from './silent-keys.ts';
import { stepKeys } from './step-keys.ts';

export const keys: readonly KeySpec[] = [
  ...modelKeys,
  ...adapterKeys,
  ...rowKeys,
  ...stepKeys,
  ...kernelKeys,
  ...shardingKeys,
];
export const specs: ReadonlyMap<string, KeySpec> = specsByKey(keys);

/** Every name that is a key at the top of a file. */
export const knownKeys: ReadonlySet<string> = new Set([
  ...keys.map((s) => s.key).filter((key) => !key.includes('.')),
  ...silentKeys,
]);
