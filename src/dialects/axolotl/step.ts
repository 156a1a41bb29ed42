// How a step runs: checkpointing, clipping, the optimizer.
// Source: core/builders/base.py (_configure_gradient_checkpointing, _configure_optimizer), utils/config/__init__.py, v0.18.0.

import type { Checkpointing, Optimizer } from '../../memory/run.ts';
import { HF_OPTIMIZERS } from '../hugging-face/optimizers.ts';
import type { KeyReader, Read } from '../key-reader.ts';
import type { Sheet } from '../sheet.ts';
import { boolean, oneOf } from '../value-parsers.ts';

/** `unsloth` is what releases before 0.8 called `offload`. */
const CHECKPOINTS = oneOf(
  { true: 'on', false: 'off', offload: 'offload', offload_disk: 'offload', unsloth: 'offload' } as const,
  ['true', 'false', 'offload', 'offload_disk'],
);
const OFFLOADS = oneOf({ true: true, false: false, legacy: true, disk: true, hidden_states: true } as const);

export function readCheckpointing(sheet: Sheet, fsdp: KeyReader | null): Partial<Checkpointing> {
  const { keys, log } = sheet;
  const own = keys.get('gradient_checkpointing', CHECKPOINTS);
  if (own.value === 'off')
    return ofFsdp(sheet, fsdp) ?? { kind: log.set('checkpointing.kind', { ...own, value: 'none' }) };
  const offloads = keys.get('activation_offloading', OFFLOADS);
  const offload = own.value === 'offload' ? { value: true, origin: own.origin } : offloads;
  return {
    kind: log.set('checkpointing.kind', { value: 'full', origin: own.origin }),
    reentrant: readReentrant(sheet),
    offload: log.set('checkpointing.offload', offload),
  };
}

/** FSDP wraps the layers itself, without re-entering. */
function ofFsdp({ log }: Sheet, fsdp: KeyReader | null): Partial<Checkpointing> | undefined {
  const wraps = fsdp?.get('activation_checkpointing', boolean);
  if (!wraps?.value) return undefined;
  return { kind: log.set('checkpointing.kind', { value: 'full', origin: wraps.origin }), reentrant: false };
}

/** normalize_config chooses the re-entering form where nothing is said; partial training and `rl` do without. */
function readReentrant({ keys, log }: Sheet): boolean {
  const settings = keys.below('gradient_checkpointing_kwargs');
  if (settings) return log.set('checkpointing.reentrant', settings.get('use_reentrant', boolean));
  const other = ['unfrozen_parameters', 'rl'].some((key) => keys.has(key));
  return log.infer('checkpointing.reentrant', !other, 'reentrant-unless-said');
}

const LOOP = { implementation: 'loop', bits: 32, paged: false } as const;
type NamedOptimizer = Partial<Optimizer> & Pick<Optimizer, 'name'>;

/** axolotl's own ones beside transformers'. What has no program in the replay keeps its name, and is said to be missing. */
const OWN: Readonly<Record<string, NamedOptimizer>> = {
  muon: { ...LOOP, name: 'muon', library: 'axolotl', momentum: 0.95 },
  q_galore_adamw8bit: { ...LOOP, name: 'q-galore', library: 'q_galore_torch' },
  ao_adamw_8bit: { ...LOOP, name: 'adamw', library: 'torchao', bits: 8 },
  ao_adamw_4bit: { ...LOOP, name: 'adamw', library: 'torchao', bits: 4 },
  ...Object.fromEntries(
    [
      'optimi_adamw',
      'ao_adamw_fp8',
      'adopt_adamw',
      'came_pytorch',
      'dion',
      'sinkgd',
      'flash_adamw',
      'flash_adam',
      'flash_sgd',
      'flash_sgdw',
      'flash_lion',
    ].map((name) => [name, { ...LOOP, name, library: name }]),
  ),
};
const OPTIMIZERS = oneOf({ ...HF_OPTIMIZERS, ...OWN });

export function readOptimizer({ keys, log }: Sheet): Partial<Optimizer> {
  const found: Read<NamedOptimizer> = keys.get('optimizer', OPTIMIZERS);
  log.set('optimizer.name', { value: found.value.name, origin: found.origin });
  return log.set('optimizer', found);
}
