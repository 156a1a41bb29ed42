// What a DeepSpeed config says about sharding. Shared by every dialect that names one; read from its content where that is at
// hand, else guessed from its name (`ds_z3_offload_config.json`), which is how people tell these files apart.
// Source of names and defaults: deepspeed/runtime/zero/config.py, commit edaa7222.

import type { Parallel, Strategy } from '../memory/run.ts';
import { nodeAt } from '../yaml/locate.ts';
import { parseSource } from '../yaml/parse.ts';
import type { SourceNode } from '../yaml/source-doc.ts';
import { boolean, integer, numberOf, oneOf } from './value-parsers.ts';

export interface DeepspeedPlan {
  readonly strategy: Strategy;
  readonly offload: Parallel['offload'];
  /** ZeRO's own sizes and switches as the file has them; `auto` is the replay's to resolve. */
  readonly settings: Parallel['settings'];
}

const STAGES: readonly Strategy[] = ['ddp', 'zero1', 'zero2', 'zero3'];
const SIZES = [
  'reduce_bucket_size',
  'allgather_bucket_size',
  'stage3_prefetch_bucket_size',
  'stage3_param_persistence_threshold',
  'stage3_max_live_parameters',
  'stage3_max_reuse_distance',
  'sub_group_size',
  'zero_hpz_partition_size',
] as const;

const FLAGS = ['overlap_comm', 'contiguous_gradients', 'reduce_scatter', 'round_robin_gradients'] as const;

export function readDeepspeedText(content: string): DeepspeedPlan | null {
  const root = parseSource(content, 'json').roots[0];
  return root?.kind === 'map' ? readDeepspeed(root) : null;
}

export function readDeepspeed(root: SourceNode): DeepspeedPlan {
  const zero = nodeAt(root, ['zero_optimization']);
  const stage = parsed(zero, 'stage', integer(0, 3)) ?? 0;
  const optimizer = offloads(nodeAt(zero, ['offload_optimizer'])) || parsed(zero, 'cpu_offload', boolean) === true;
  const parameters = offloads(nodeAt(zero, ['offload_param'])) || parsed(zero, 'cpu_offload_params', boolean) === true;
  const sizes = SIZES.map((name) => [name, size(nodeAt(zero, [name]))] as const);
  const flags = FLAGS.map((name) => [name, parsed(zero, name, boolean)] as const);
  const settings = Object.fromEntries([...sizes, ...flags].filter(([, value]) => value !== undefined));
  return { ...deepspeedPlan(stage, optimizer, parameters), settings };
}

/** What is moved to the host: the optimizer's states, and (in stage 3) the parameters. */
export function deepspeedPlan(stage: number, optimizer: boolean, parameters: boolean): DeepspeedPlan {
  return { strategy: STAGES[stage] ?? 'ddp', offload: offloadOf(optimizer, stage === 3 && parameters), settings: {} };
}

/** `examples/deepspeed/ds_z3_offload_config.json` → ZeRO-3 with both offloads, as that file has. Null: the name says nothing. */
export function guessDeepspeed(path: string): DeepspeedPlan | null {
  const name = path.split(/[\\/]/).at(-1)?.toLowerCase() ?? '';
  const stage =
    /(?:^|[^a-z])z(?:ero)?[-_ ]?(?:stage)?[-_ ]?([0-3])/.exec(name)?.[1] ?? /stage[-_ ]?([0-3])/.exec(name)?.[1];
  if (stage === undefined) return null;
  const offload = name.includes('offload');
  return deepspeedPlan(Number(stage), offload, offload);
}

/** Where DeepSpeed and accelerate may put what they offload. */
export const DEVICES = oneOf({ cpu: true, nvme: true, none: false });

const offloads = (node: SourceNode | undefined): boolean => parsed(node, 'device', DEVICES) === true;
const AUTO = oneOf({ auto: 'auto' } as const);
const size = (node: SourceNode | undefined): number | 'auto' | undefined =>
  node ? (numberOf(node) ?? AUTO.parse(node)) : undefined;

function parsed<T>(
  parent: SourceNode | undefined,
  key: string,
  parser: { readonly parse: (node: SourceNode) => T | undefined },
): T | undefined {
  const node = nodeAt(parent, [key]);
  return node ? parser.parse(node) : undefined;
}

function offloadOf(optimizer: boolean, parameters: boolean): Parallel['offload'] {
  if (optimizer) return parameters ? 'both' : 'optimizer';
  return parameters ? 'parameters' : 'none';
}
