// FSDP as accelerate and the Trainer set it up, from a mapping of theirs: `fsdp_config` of a recipe, of a JSON file, or of an
// accelerate file. Both spell the same keys, with or without `fsdp_` before them.
// Source: accelerate 1.15.0 utils/{dataclasses,fsdp_utils}.py, transformers 5.23.0 training_args.py (_process_fsdp_args).

import type { Autocast, MethodKind, Parallel } from '../../memory/run.ts';
import { nodeAt } from '../../yaml/locate.ts';
import type { SourceNode } from '../../yaml/source-doc.ts';
import { boolean, integer, oneOf, type ValueParser } from '../value-parsers.ts';
import { olderThan } from '../versions.ts';

export interface FsdpPlan {
  readonly version: 1 | 2;
  /** Of version 1: its ShardingStrategy. */
  readonly sharding: string;
  /** Of version 2: parameters are given back after a unit's forward. */
  readonly reshards: boolean;
  readonly offload: boolean;
  /** FSDP's own activation checkpointing. */
  readonly checkpoints: boolean;
}

const STRATEGIES = ['FULL_SHARD', 'SHARD_GRAD_OP', 'NO_SHARD', 'HYBRID_SHARD', 'HYBRID_SHARD_ZERO2'] as const;
/** By name in any case, or by the number of torch's enum. */
const SHARDING = oneOf<string>(
  Object.fromEntries(
    STRATEGIES.flatMap((name, i) => [[name.toLowerCase(), name] as const, [`${i + 1}`, name] as const]),
  ),
);
const VERSION = integer(1, 2);

/** `words`: the older form of the key `fsdp`, such as `full_shard auto_wrap`. */
export function readFsdp(config: SourceNode | undefined, words: readonly string[], newest: 1 | 2): FsdpPlan {
  const at = <T>(name: string, parser: ValueParser<T>): T | undefined => {
    const node = nodeAt(config, [name]) ?? nodeAt(config, [`fsdp_${name}`]);
    return node && parser.parse(node);
  };
  const asked = words.map((word) => SHARDING.parse(scalar(word))).find((name) => name !== undefined);
  const sharding = at('sharding_strategy', SHARDING) ?? at('reshard_after_forward', SHARDING) ?? asked ?? 'FULL_SHARD';
  return {
    version: at('version', VERSION) === undefined ? newest : at('version', VERSION) === 1 ? 1 : 2,
    sharding,
    reshards: at('reshard_after_forward', boolean) ?? asked !== 'SHARD_GRAD_OP',
    offload: (at('offload_params', boolean) ?? at('cpu_offload', boolean) ?? false) || words.includes('offload'),
    checkpoints: at('activation_checkpointing', boolean) ?? false,
  };
}

const scalar = (value: string): SourceNode => ({ kind: 'scalar', value, raw: value, span: { start: 0, end: 0 } });

/** The ends are units of their own from accelerate 1.15 on; PEFT's wrapping policy of the Trainer leaves blocks to the root. */
export function parallelOfFsdp(
  plan: FsdpPlan,
  half: Autocast,
  method: MethodKind,
  versions: Readonly<Record<string, string>>,
): Partial<Parallel> {
  const types = half === 'none' ? {} : { paramDtype: half, reduceDtype: half };
  const offload = plan.offload ? 'both' : 'none';
  if (plan.version === 1) return { ...types, offload, ...firstVersion(plan) };
  const whole = method !== 'full';
  const ends = olderThan(versions.accelerate, '1.15')
    ? whole
      ? 'root (all blocks in one unit)'
      : 'blocks | root (embed, norm, head)'
    : whole
      ? 'embed | norm+head | root (all blocks in one unit)'
      : 'embed | blocks | norm+head';
  return { ...types, strategy: 'fsdp2', offload, settings: { wrap: ends, reshardAfterForward: plan.reshards } };
}

function firstVersion({ sharding }: FsdpPlan): Partial<Parallel> {
  if (sharding === 'NO_SHARD') return { strategy: 'ddp' };
  const settings = { sharding, wrap: 'blocks | root (embed, norm, head)' };
  return { strategy: sharding.startsWith('HYBRID') ? 'hsdp' : 'fsdp1', settings };
}
