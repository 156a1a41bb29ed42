// How a step runs: checkpointing, the loss, kernels, the optimizer.
// Source: swift/trainers/{mixin,seq2seq_trainer,arguments}.py, swift/optimizers/mapping.py, v4.5.2.

import type { Checkpointing, Framework, Loss, Optimizer, Stage } from '../../memory/run.ts';
import { readOptim } from '../hugging-face/optim.ts';
import { lossFormOf } from '../hugging-face/schedule.ts';
import type { Sheet } from '../sheet.ts';
import { boolean, integer, text } from '../value-parsers.ts';
import type { ReadSharding } from './sharding.ts';

/** Only with torch's own wrapper the form that does not re-enter is chosen (_fix_gradient_checkpointing). */
export function readCheckpointing({ keys, log }: Sheet, sharding: ReadSharding): Partial<Checkpointing> {
  const own = keys.get('gradient_checkpointing', boolean);
  const fsdp = log.fields.get('parallel.strategy')?.origin;
  if (sharding.checkpoints && fsdp)
    return { kind: log.set('checkpointing.kind', { value: 'full', origin: fsdp }), reentrant: false };
  if (!own.value) return { kind: log.set('checkpointing.kind', { value: 'none', origin: own.origin }) };
  const settings = keys.below('gradient_checkpointing_kwargs');
  return {
    kind: log.set('checkpointing.kind', { value: 'full', origin: own.origin }),
    reentrant: settings
      ? log.set('checkpointing.reentrant', settings.get('use_reentrant', boolean))
      : log.infer(
          'checkpointing.reentrant',
          sharding.parallel.strategy !== 'ddp' || sharding.engine !== 'none',
          'reentrant-unless-said',
        ),
  };
}

/** Liger's head and loss in one work only where the loss is the model's own. */
export function readLoss(sheet: Sheet, stage: Stage): Partial<Loss> {
  const { keys, log, world } = sheet;
  const dft = keys.get('enable_dft_loss', boolean);
  if (dft.value) return { kind: 'full', form: log.set('loss.form', { value: 'dft', origin: dft.origin }) };
  const liger = keys.get('use_liger_kernel', boolean);
  if (liger.value && stage === 'sft') return { kind: log.set('loss.kind', { value: 'liger', origin: liger.origin }) };
  const form = lossFormOf(world.versions.transformers);
  return { kind: log.set('loss.kind', { value: 'full', origin: liger.origin }), ...(form ? { form } : {}) };
}

export function readFramework({ keys, log }: Sheet, megatron: boolean): Partial<Framework> {
  const backend = keys.get('tuner_backend', text);
  const unsloth = backend.value === 'unsloth';
  const name = megatron ? 'megatron-swift' : unsloth ? 'unsloth' : 'ms-swift';
  return {
    name: log.set('framework.name', { value: name, origin: backend.origin }),
    kernels: [...(keys.get('use_liger_kernel', boolean).value ? ['liger'] : []), ...(unsloth ? ['unsloth'] : [])],
    compile: log.set('framework.compile', keys.get('torch_compile', boolean)),
  };
}

const LOOP = { implementation: 'loop', bits: 32, paged: false } as const;

/** `optimizer` wins over `optim`; `lorap` and `multimodal` only give groups other learning rates. */
export function readOptimizer(sheet: Sheet): Partial<Optimizer> {
  const { keys, log } = sheet;
  const own = keys.find('optimizer', text);
  const galore = keys.get('use_galore', boolean);
  const set = (value: Partial<Optimizer> & Pick<Optimizer, 'name'>, origin: typeof galore.origin) => {
    log.set('optimizer.name', { value: value.name, origin });
    return log.set('optimizer', { value, origin });
  };
  if (own?.value === 'muon') return set({ ...LOOP, name: 'muon', library: 'ms-swift', momentum: 0.95 }, own.origin);
  if (own?.value === 'muonclip') return set({ ...LOOP, name: 'muonclip', library: 'ms-swift' }, own.origin);
  if (galore.value || own?.value === 'galore') {
    const rank = log.set('optimizer.rank', keys.get('galore_rank', integer(1, 65_536)));
    return set(
      { ...LOOP, name: 'galore', library: 'galore_torch', rank },
      galore.value ? galore.origin : (own ?? galore).origin,
    );
  }
  const optim = readOptim(sheet);
  return set(optim.value, optim.origin);
}
