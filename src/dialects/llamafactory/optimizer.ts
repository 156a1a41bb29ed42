// The optimizer. LLaMA-Factory's own ones win over `optim` (train/trainer_utils.py, create_custom_optimizer, v0.9.5).

import type { Optimizer } from '../../memory/run.ts';
import { HF_OPTIMIZERS } from '../hugging-face-optimizers.ts';
import type { Read } from '../key-reader.ts';
import type { Sheet } from '../sheet.ts';
import { boolean, integer, oneOf } from '../value-parsers.ts';
import { olderThan } from '../versions.ts';

const NAMES = oneOf(HF_OPTIMIZERS);
const LOOP = { implementation: 'loop', bits: 32, paged: false } as const;

export function readOptimizer(sheet: Sheet): Partial<Optimizer> {
  const { keys, log } = sheet;
  const base = baseOptimizer(sheet);
  const special = projected(sheet, 'galore', base.value) ?? projected(sheet, 'apollo', base.value) ?? other(sheet);
  const optimizer = special ?? base;
  log.set('optimizer.name', { value: optimizer.value.name, origin: optimizer.origin });
  if (special) keys.idle('optim', 'optimizer-replaced');
  return log.set('optimizer', optimizer);
}

/** Absent: fused AdamW, from transformers 4.54 with torch 2.8 on (training_args.py, default_optim). */
function baseOptimizer({ keys, world }: Sheet): Read<Partial<Optimizer> & Pick<Optimizer, 'name'>> {
  const { value, origin } = keys.get('optim', NAMES);
  const { torch, transformers } = world.versions;
  const old = origin.kind === 'default' && (olderThan(torch, '2.8') || olderThan(transformers, '4.54'));
  return { value: (old ? HF_OPTIMIZERS.adamw_torch : undefined) ?? value, origin };
}

type Found = Read<Partial<Optimizer> & Pick<Optimizer, 'name'>> | undefined;

function projected({ keys, log }: Sheet, name: 'galore' | 'apollo', base: Partial<Optimizer>): Found {
  const use = keys.get(`use_${name}`, boolean);
  if (!use.value) return undefined;
  const layerwise = keys.get(`${name}_layerwise`, boolean);
  const value = {
    ...LOOP,
    name,
    library: `${name}_torch`,
    // GaLore comes in 8 bits when `optim` is an 8-bit AdamW.
    bits: name === 'galore' && base.bits === 8 ? (8 as const) : (32 as const),
    rank: log.set('optimizer.rank', keys.get(`${name}_rank`, integer(1, 65_536))),
    inBackward: log.set('optimizer.inBackward', layerwise),
  };
  return { value, origin: use.origin };
}

const OTHERS: readonly (readonly [key: string, optimizer: Partial<Optimizer> & Pick<Optimizer, 'name'>])[] = [
  ['use_adam_mini', { ...LOOP, name: 'adam-mini', library: 'adam-mini' }],
  ['use_muon', { ...LOOP, name: 'muon', library: 'llamafactory', momentum: 0.95 }],
];

function other({ keys }: Sheet): Found {
  for (const [key, value] of OTHERS) {
    const use = keys.get(key, boolean);
    if (use.value) return { value, origin: use.origin };
  }
  return undefined;
}
