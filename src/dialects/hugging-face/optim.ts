// The optimizer of the Trainer: its key `optim`.

import type { Optimizer } from '../../memory/run.ts';
import type { Read } from '../key-reader.ts';
import type { Sheet } from '../sheet.ts';
import { oneOf } from '../value-parsers.ts';
import { olderThan } from '../versions.ts';
import { HF_OPTIMIZERS } from './optimizers.ts';

const NAMES = oneOf(HF_OPTIMIZERS);

export type NamedOptimizer = Partial<Optimizer> & Pick<Optimizer, 'name'>;

/** Absent: fused AdamW, from transformers 4.54 with torch 2.8 on (training_args.py, default_optim). */
export function readOptim({ keys, world }: Sheet): Read<NamedOptimizer> {
  const { value, origin } = keys.get('optim', NAMES);
  const { torch, transformers } = world.versions;
  const old = origin.kind === 'default' && (olderThan(torch, '2.8') || olderThan(transformers, '4.54'));
  return { value: (old ? HF_OPTIMIZERS.adamw_torch : undefined) ?? value, origin };
}
