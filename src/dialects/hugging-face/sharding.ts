// How the Trainer's own keys (`deepspeed`, `fsdp`) spread a run over GPUs. How many there are is never among them: the launcher
// takes all it sees.

import type { Parallel, Strategy } from '../../memory/run.ts';
import type { SourceNode } from '../../yaml/source-doc.ts';
import { type DeepspeedPlan, guessDeepspeed, readDeepspeed, readDeepspeedText } from '../deepspeed-file.ts';
import type { Read } from '../key-reader.ts';
import type { Sheet } from '../sheet.ts';
import { names, pathOrMapping, text } from '../value-parsers.ts';

export interface Sharding {
  readonly engine: 'none' | 'deepspeed' | 'fsdp';
  readonly parallel: Partial<Parallel>;
}

export function readSharding(sheet: Sheet): Sharding {
  const { keys, log, assumed } = sheet;
  assumed.push({ field: 'parallel.gpus', value: '1', why: 'gpus-not-in-file' });
  const deepspeed = keys.find('deepspeed', pathOrMapping);
  if (deepspeed) return planned(sheet, deepspeed);
  const fsdp = keys.find('fsdp', FSDP_WORDS);
  if (fsdp && fsdp.value.length > 0) return sharded(sheet, fsdp);
  log.infer('parallel.strategy', 'none', 'one-gpu');
  return { engine: 'none', parallel: {} };
}

/** `full_shard auto_wrap offload`, or a list. */
const FSDP_WORDS = {
  expected: 'full_shard, shard_grad_op, no_shard, hybrid_shard, offload, auto_wrap',
  parse: (node: SourceNode) => names.parse(node)?.flatMap((word) => word.toLowerCase().split(/\s+/)),
};

function planned(sheet: Sheet, read: Read<SourceNode>): Sharding {
  const { log, keys } = sheet;
  const plan = read.value.kind === 'map' ? readDeepspeed(read.value) : planOfFile(sheet, text.parse(read.value) ?? '');
  if (!plan) {
    keys.note('unsupported', 'deepspeed', { field: 'parallel.strategy', value: 'deepspeed' });
    return { engine: 'deepspeed', parallel: {} };
  }
  log.set('parallel.strategy', { value: plan.strategy, origin: read.origin });
  log.set('parallel.offload', { value: plan.offload, origin: read.origin });
  return { engine: 'deepspeed', parallel: { strategy: plan.strategy, offload: plan.offload, settings: plan.settings } };
}

function planOfFile({ world, wanted, keys }: Sheet, path: string): DeepspeedPlan | null {
  const content = world.file(path);
  if (content === undefined) wanted.push(path);
  const plan = typeof content === 'string' ? readDeepspeedText(content) : null;
  const guess = plan ?? guessDeepspeed(path);
  if (!guess && content === null) keys.note('missing-file', 'deepspeed', { path });
  return guess;
}

const FSDP_STRATEGIES: Readonly<Record<string, Strategy>> = {
  full_shard: 'fsdp1',
  shard_grad_op: 'fsdp1',
  hybrid_shard: 'hsdp',
  hybrid_shard_zero2: 'hsdp',
  no_shard: 'ddp',
};

function sharded({ log }: Sheet, { value: words, origin }: Read<readonly string[]>): Sharding {
  const word = words.find((w) => Object.hasOwn(FSDP_STRATEGIES, w)) ?? 'full_shard';
  const strategy = log.set('parallel.strategy', { value: FSDP_STRATEGIES[word] ?? 'fsdp1', origin });
  const offload = words.includes('offload') ? 'both' : 'none';
  return {
    engine: 'fsdp',
    parallel: { strategy, offload, settings: { sharding: word, wrap: words.includes('auto_wrap') } },
  };
}
