// How the run is spread over GPUs.
// Source: src/axolotl/utils/trainer.py (setup_fsdp_envs), utils/distributed.py (build_parallelism_config),
// check_fsdp_config_kwargs_prefix and check_fsdp_version_in_fsdp_config in utils/schemas/validation.py, v0.18.0.

import type { Parallel, Strategy } from '../../memory/run.ts';
import type { MapNode } from '../../yaml/source-doc.ts';
import { readDeepspeedKey, type Sharding, unsharded } from '../hugging-face/sharding.ts';
import { KeyReader, type Read } from '../key-reader.ts';
import type { Sheet } from '../sheet.ts';
import { boolean, integer, names } from '../value-parsers.ts';
import { specs } from './keys/keys.ts';

/** `fsdp_config`, its keys without their older prefix; null: FSDP is off, or not set by a mapping. */
export function fsdpSettings({ keys }: Sheet): KeyReader | null {
  const node = keys.entry('fsdp_config')?.value;
  if (node?.kind !== 'map' || node.entries.length === 0) return null;
  const entries = node.entries.map((e) => ({ ...e, key: e.key.replace(/^fsdp_(?!version$)/, '') }));
  const stripped: MapNode = { ...node, entries };
  return new KeyReader(stripped, specs, 'fsdp_config.', keys.findings);
}

const group = integer(1, 65_536);

export function readSharding(sheet: Sheet, settings: KeyReader | null): Sharding {
  const { keys, log, assumed } = sheet;
  const axes = readAxes(sheet);
  if (axes.gpus === undefined) assumed.push({ field: 'parallel.gpus', value: '1', why: 'gpus-not-in-file' });
  const listed = keys.find('fsdp', names);
  if (!settings && !(listed && listed.value.length > 0)) {
    const plain = readDeepspeedKey(sheet) ?? unsharded(sheet);
    return { ...plain, parallel: { ...plain.parallel, ...axes } };
  }
  const version = readVersion(sheet, settings);
  const replicas = keys.find('dp_replicate_size', group)?.value ?? 1;
  const strategy: Strategy = version.value === 1 ? 'fsdp1' : replicas > 1 ? 'hsdp' : 'fsdp2';
  const offload = settings?.get('offload_params', boolean);
  const offloads = offload?.value || listed?.value.includes('offload');
  return {
    engine: 'fsdp',
    parallel: {
      ...axes,
      strategy: log.set('parallel.strategy', { value: strategy, origin: version.origin }),
      offload: log.set('parallel.offload', { value: offloads ? 'both' : 'none', origin: (offload ?? version).origin }),
      settings: {
        // Blocks and the root; accelerate would give both ends a unit of their own.
        wrap: 'blocks | root',
        ...(settings ? { reshardAfterForward: settings.get('reshard_after_forward', boolean).value } : {}),
        ...(replicas > 1 && axes.data !== undefined ? { shardGroup: axes.data } : {}),
      },
    },
  };
}

/** The version may stand within the mapping, as `fsdp_version` or `version`. */
function readVersion({ keys }: Sheet, settings: KeyReader | null): Read<number> {
  const version = integer(1, 2);
  const own = keys.find('fsdp_version', version);
  return (
    own ??
    settings?.find('fsdp_version', version) ??
    settings?.find('version', version) ??
    keys.get('fsdp_version', version)
  );
}

/** How many GPUs share what. Their product is the number of GPUs where the file gives all of them. */
function readAxes({ keys, log }: Sheet): Partial<Parallel> {
  const tensor = keys.get('tensor_parallel_size', group);
  const older = keys.find('sequence_parallel_degree', group);
  const context = keys.find('context_parallel_size', group) ?? older ?? keys.get('context_parallel_size', group);
  const expert = keys.get('expert_parallel_size', group);
  const shards = keys.find('dp_shard_size', group);
  const replicas = keys.find('dp_replicate_size', group);
  log.set('parallel.tensor', tensor);
  log.set('parallel.context', context);
  const axes = { tensor: tensor.value, context: context.value, expert: expert.value };
  if (!shards) return axes;
  const data = log.set('parallel.data', shards);
  const gpus = data * (replicas?.value ?? 1) * tensor.value * context.value;
  return { ...axes, data, gpus: log.set('parallel.gpus', { value: gpus, origin: shards.origin }) };
}
