// How the run is spread over GPUs: DeepSpeed and FSDP2 by name, file or content, and the processes that `ENV` starts.
// Source: swift/config/*.json, _init_deepspeed and _init_fsdp in swift/arguments/sft_args.py, swift/cli/main.py, v4.5.2.

import type { Autocast, MethodKind, Parallel } from '../../memory/run.ts';
import { nodeAt } from '../../yaml/locate.ts';
import { parseSource } from '../../yaml/parse.ts';
import type { DeepspeedPlan } from '../deepspeed-file.ts';
import { type FsdpPlan, parallelOfFsdp, readFsdp } from '../hugging-face/fsdp.ts';
import { readDeepspeedKey, type Sharding, unsharded } from '../hugging-face/sharding.ts';
import type { Read } from '../key-reader.ts';
import type { Sheet } from '../sheet.ts';
import { integer, oneOf, pathOrMapping, text } from '../value-parsers.ts';

const SIZES = { reduce_bucket_size: 2e8, allgather_bucket_size: 2e8 } as const;
const FLAGS = { overlap_comm: false, contiguous_gradients: true } as const;
const TWO = { ...SIZES, ...FLAGS, reduce_scatter: true } as const;
const THREE = {
  ...FLAGS,
  sub_group_size: 1e9,
  reduce_bucket_size: 'auto',
  stage3_prefetch_bucket_size: 'auto',
  stage3_param_persistence_threshold: 'auto',
  stage3_max_live_parameters: 1e9,
  stage3_max_reuse_distance: 1e9,
} as const;

/** What the named stages are: the files of swift/config. */
const NAMED = oneOf<DeepspeedPlan>({
  zero0: { strategy: 'ddp', offload: 'none', settings: TWO },
  zero1: { strategy: 'zero1', offload: 'none', settings: TWO },
  zero2: { strategy: 'zero2', offload: 'none', settings: TWO },
  zero2_offload: { strategy: 'zero2', offload: 'optimizer', settings: TWO },
  zero3: { strategy: 'zero3', offload: 'none', settings: THREE },
  zero3_offload: { strategy: 'zero3', offload: 'both', settings: THREE },
});

export interface ReadSharding extends Sharding {
  /** FSDP checkpoints activations by itself. */
  readonly checkpoints: boolean;
}

export function readSharding(sheet: Sheet, method: MethodKind, half: Autocast): ReadSharding {
  const { keys, log } = sheet;
  const launched = readLaunch(sheet);
  const plain = { checkpoints: false, engine: 'none' } as const;
  const deepspeed = keys.find('deepspeed', pathOrMapping);
  if (deepspeed) {
    const named = NAMED.parse(deepspeed.value);
    if (named) log.set('parallel.strategy', { value: named.strategy, origin: deepspeed.origin });
    const { parallel } = named ? { parallel: named } : (readDeepspeedKey(sheet) ?? unsharded(sheet));
    return { ...plain, engine: 'deepspeed', parallel: { ...launched?.value, ...parallel } };
  }
  const fsdp = keys.find('fsdp', text);
  if (fsdp) {
    const plan = fsdpPlan(sheet, fsdp.value);
    const parallel = parallelOfFsdp(plan, half, method, sheet.world.versions);
    log.set('parallel.strategy', { value: parallel.strategy, origin: fsdp.origin });
    return { engine: 'fsdp', checkpoints: plan.checkpoints, parallel: { ...launched?.value, ...parallel } };
  }
  if (!launched || launched.value.gpus === 1)
    return { ...plain, parallel: { ...launched?.value, ...unsharded(sheet).parallel } };
  const strategy = log.set('parallel.strategy', { value: 'ddp' as const, origin: launched.origin });
  return { ...plain, parallel: { ...launched.value, strategy } };
}

/** `ENV: {NPROC_PER_NODE: 4}` starts four processes; without it one takes part. */
function readLaunch({ keys, log, assumed }: Sheet): Read<Pick<Parallel, 'gpus'>> | undefined {
  const env = keys.below('ENV');
  const count = integer(1, 65_536);
  const perNode = env?.find('NPROC_PER_NODE', count);
  if (!env || !perNode) {
    assumed.push({ field: 'parallel.gpus', value: '1', why: 'gpus-not-in-file' });
    return undefined;
  }
  const { origin } = perNode;
  const gpus = log.set('parallel.gpus', { value: perNode.value * env.get('NNODES', count).value, origin });
  return { value: { gpus }, origin };
}

/** `fsdp2` names swift/config/fsdp2.json; anything else is a file of that form. */
function fsdpPlan({ world, wanted }: Sheet, path: string): FsdpPlan {
  if (path === 'fsdp2') return { ...readFsdp(undefined, [], 2), checkpoints: true };
  const content = world.file(path);
  if (content === undefined) wanted.push(path);
  const root = typeof content === 'string' ? parseSource(content, 'json').roots[0] : undefined;
  const words = nodeAt(root, ['fsdp']);
  return readFsdp(nodeAt(root, ['fsdp_config']), ((words && text.parse(words)) ?? '').split(/\s+/), 2);
}
