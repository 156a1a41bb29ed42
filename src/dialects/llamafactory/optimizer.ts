// The optimizer. LLaMA-Factory's own ones win over `optim` (train/trainer_utils.py, create_custom_optimizer, v0.9.5).

import type { Optimizer } from '../../memory/run.ts';
import { type NamedOptimizer, readOptim } from '../hugging-face/optim.ts';
import type { Read } from '../key-reader.ts';
import type { Sheet } from '../sheet.ts';
import { boolean, integer } from '../value-parsers.ts';

const LOOP = { implementation: 'loop', bits: 32, paged: false } as const;

export function readOptimizer(sheet: Sheet): Partial<Optimizer> {
  const { keys, log } = sheet;
  const base = readOptim(sheet);
  const special = projected(sheet, 'galore', base.value) ?? projected(sheet, 'apollo', base.value) ?? other(sheet);
  const optimizer = special ?? base;
  log.set('optimizer.name', { value: optimizer.value.name, origin: optimizer.origin });
  if (special) keys.idle('optim', 'optimizer-replaced');
  return log.set('optimizer', optimizer);
}

type Found = Read<NamedOptimizer> | undefined;

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

const OTHERS: readonly (readonly [key: string, optimizer: NamedOptimizer])[] = [
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
