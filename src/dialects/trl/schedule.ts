// Checkpointing, loss and kernels: how a step runs.
// Source: trl/trainer/sft_trainer.py 0.24.0, 1.7.0, 1.15.0, 1.16.0; trl/trainer/base_config.py.

import type { Checkpointing, Framework, Loss, Stage } from '../../memory/run.ts';
import { lossFormOf } from '../hugging-face/schedule.ts';
import type { Read } from '../key-reader.ts';
import type { Sheet } from '../sheet.ts';
import { boolean, oneOf } from '../value-parsers.ts';
import { olderThan } from '../versions.ts';
import type { Release } from './release.ts';

/** `byFsdp`: the sharding checkpoints activations by itself, and then the Trainer does not. */
export function readCheckpointing({ keys, log }: Sheet, release: Release, byFsdp: boolean): Partial<Checkpointing> {
  const on = keys.get('gradient_checkpointing', boolean);
  const offload = keys.get('activation_offloading', boolean);
  if (!on.value && !byFsdp) {
    if (offload.value)
      keys.note('unsupported', 'activation_offloading', { field: 'checkpointing.offload', value: 'all' });
    return { kind: log.set('checkpointing.kind', { value: 'none', origin: on.origin }) };
  }
  const more = keys.below('gradient_checkpointing_kwargs');
  const selective = more?.find('selective', boolean);
  const kind = selective?.value ? 'selective' : 'full';
  return {
    kind: log.set('checkpointing.kind', { value: kind, origin: selective?.value ? selective.origin : on.origin }),
    reentrant: log.set(
      'checkpointing.reentrant',
      more?.find('use_reentrant', boolean) ?? unsaidReentrant({ keys }, release),
    ),
    offload: log.set('checkpointing.offload', offload),
  };
}

/** Neither transformers 5 nor TRL since 0.28 asks for the reentrant form; what came before left it to torch. */
function unsaidReentrant({ keys }: Pick<Sheet, 'keys'>, { trl, transformers }: Release): Read<boolean> {
  const older = olderThan(trl, '0.28') && (transformers === undefined || olderThan(transformers, '5.0'));
  const { origin } = keys.get('gradient_checkpointing', boolean);
  return {
    value: older,
    origin: { kind: 'default', source: origin.kind === 'default' ? origin.source : 'trl/trainer/sft_trainer.py' },
  };
}

const NLL = oneOf({ nll: 'nll', chunked_nll: 'chunked', dft: 'dft' } as const);
/** Stages whose losses all come from log-probabilities of tokens. */
const FROM_LOG_PROBS: ReadonlySet<Stage> = new Set(['sft', 'dpo', 'kto', 'grpo']);

/**
 * 1.15: every loss through one fused head. 1.7: pieces of 256 tokens, each checkpointed. Before: all logits. Losses that compare
 * took the log-softmax of all logits until 0.14, and of one row after another then.
 */
export function readLoss(sheet: Sheet, release: Release, stage: Stage): Partial<Loss> {
  const { log } = sheet;
  const { trl, transformers } = release;
  const liger = ligerKey(sheet);
  const origin = liger.value ? liger.origin : { kind: 'default' as const, source: 'trl/trainer/sft_trainer.py' };
  if (!olderThan(trl, '1.15') && FROM_LOG_PROBS.has(stage))
    return { kind: log.set('loss.kind', { value: 'chunked', origin }), form: 'tiled-head', scope: 'head+loss' };
  const type = stage === 'sft' ? sheet.keys.find('loss_type', NLL) : undefined;
  if (liger.value && stage === 'sft') return { kind: log.set('loss.kind', { value: 'liger', origin }) };
  if (stage === 'sft' && !olderThan(trl, '1.7') && (type?.value ?? 'chunked') === 'chunked')
    return { kind: log.set('loss.kind', { value: 'chunked', origin }), chunkTokens: 256, form: 'checkpointed-pieces' };
  const row = (stage === 'dpo' || stage === 'grpo') && !olderThan(trl, '0.15');
  const form = row ? 'row-after-row' : lossFormOf(transformers);
  return { kind: log.set('loss.kind', { value: 'full', origin: type?.origin ?? origin }), ...(form ? { form } : {}) };
}

function ligerKey({ keys }: Pick<Sheet, 'keys'>): Read<boolean> {
  const older = keys.get('use_liger', boolean);
  return older.value ? older : keys.get('use_liger_kernel', boolean);
}

export function readFramework({ keys, log }: Sheet): Partial<Framework> {
  const liger = ligerKey({ keys });
  return {
    name: 'trl',
    wrapper: 'accelerate',
    kernels: log.set('framework.kernels', { value: liger.value ? ['liger'] : [], origin: liger.origin }),
    compile: log.set('framework.compile', keys.get('torch_compile', boolean)),
  };
}
