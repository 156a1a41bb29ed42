// An accelerate config (`accelerate launch --config_file …`): how many processes, and what spreads the model over them.
// Source: accelerate 1.15.0 commands/config/config_args.py, commands/launch.py.
// Deliberately absent: SageMaker, TPU and Megatron-LM files beyond their name.

import type { Autocast, Parallel } from '../../memory/run.ts';
import { nodeAt } from '../../yaml/locate.ts';
import { parseSource } from '../../yaml/parse.ts';
import type { SourceNode } from '../../yaml/source-doc.ts';
import { DEVICES, type DeepspeedPlan, deepspeedPlan } from '../deepspeed-file.ts';
import { integer, oneOf, text, type ValueParser } from '../value-parsers.ts';
import { type FsdpPlan, readFsdp } from './fsdp.ts';

export interface AcceleratePlan {
  readonly kind: 'one' | 'ddp' | 'fsdp' | 'deepspeed' | 'other';
  /** All machines together. */
  readonly gpus: number | undefined;
  /** What the Trainer computes in where its own keys say nothing. */
  readonly mixedPrecision: Autocast | undefined;
  readonly fsdp: FsdpPlan | null;
  readonly deepspeed: DeepspeedPlan | null;
  /** A DeepSpeed JSON that it names; its other keys do not count then. */
  readonly deepspeedFile: string | undefined;
  readonly parallel: Partial<Parallel>;
}

const KINDS = oneOf<AcceleratePlan['kind']>({
  no: 'one',
  false: 'one',
  multi_gpu: 'ddp',
  fsdp: 'fsdp',
  deepspeed: 'deepspeed',
});
const TYPES = oneOf<Autocast>({ no: 'none', false: 'none', bf16: 'bf16', fp16: 'fp16' });
const COUNT = integer(1, 1e6);

/** Null: not an accelerate file. */
export function readAccelerateText(content: string): AcceleratePlan | null {
  const root = parseSource(content, 'yaml').roots[0];
  return root?.kind === 'map' && nodeAt(root, ['distributed_type']) ? readAccelerate(root) : null;
}

function readAccelerate(root: SourceNode): AcceleratePlan {
  const at = <T>(parser: ValueParser<T>, ...path: readonly string[]): T | undefined => {
    const node = nodeAt(root, path);
    return node && parser.parse(node);
  };
  const kind = at(KINDS, 'distributed_type') ?? 'other';
  const zero = 'deepspeed_config';
  return {
    kind,
    gpus: kind === 'one' ? 1 : at(COUNT, 'num_processes'),
    mixedPrecision: at(TYPES, 'mixed_precision'),
    fsdp: kind === 'fsdp' ? readFsdp(nodeAt(root, ['fsdp_config']), [], 1) : null,
    deepspeed:
      kind === 'deepspeed'
        ? deepspeedPlan(
            at(integer(0, 3), zero, 'zero_stage') ?? 2,
            at(DEVICES, zero, 'offload_optimizer_device') ?? false,
            at(DEVICES, zero, 'offload_param_device') ?? false,
          )
        : null,
    deepspeedFile: kind === 'deepspeed' ? at(text, zero, 'deepspeed_config_file') : undefined,
    parallel: meshOf((name) => at(COUNT, 'parallelism_config', `parallelism_config_${name}_size`) ?? 1),
  };
}

/** `parallelism_config`: only what is more than one counts. */
function meshOf(size: (name: string) => number): Partial<Parallel> {
  const [tensor, context, sequence] = [size('tp'), size('cp'), size('sp')];
  return {
    ...(tensor > 1 ? { tensor } : {}),
    ...(context * sequence > 1 ? { context: context * sequence } : {}),
  };
}
