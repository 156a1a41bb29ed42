// Checkpointing, loss and kernels: how a step runs.
// Source: src/llamafactory/model/model_utils/{checkpointing,liger_kernel}.py v0.9.5.

import type { Checkpointing, Framework, Loss, Method, Stage } from '../../memory/run.ts';
import { lossFormOf } from '../hugging-face/schedule.ts';
import type { Sheet } from '../sheet.ts';
import { boolean, oneOf } from '../value-parsers.ts';

/**
 * On, whatever `gradient_checkpointing` says, unless disabled. Only when disabled does the Trainer's own key get its turn,
 * and then transformers' own function turns it on.
 */
export function readCheckpointing({ keys, log }: Sheet, method: Method['kind']): Partial<Checkpointing> {
  const disabled = keys.get('disable_gradient_checkpointing', boolean);
  const trainer = keys.get('gradient_checkpointing', boolean);
  if (disabled.value && !trainer.value)
    return { kind: log.set('checkpointing.kind', { value: 'none', origin: disabled.origin }) };
  if (!disabled.value) keys.idle('gradient_checkpointing', 'checkpointing-always-on', 'disable_gradient_checkpointing');
  const offload = keys.get('use_unsloth_gc', boolean);
  return {
    kind: log.set('checkpointing.kind', { value: 'full', origin: disabled.value ? trainer.origin : disabled.origin }),
    reentrant: log.set('checkpointing.reentrant', keys.get('use_reentrant_gc', boolean)),
    offload: log.set('checkpointing.offload', offload),
    // checkpointing.py, get_custom_gradient_checkpointing_func: layers without trained parameters run plainly.
    ...(method === 'freeze' || method === 'badam' ? { policy: 'trained-layers' } : {}),
  };
}

const OWN_LOSSES: readonly (readonly [key: string, form: string])[] = [
  ['use_dft_loss', 'dft'],
  ['use_asft_loss', 'asft'],
  ['use_eaft_loss', 'eaft'],
];

/** Liger's head and loss in one work only where no logits are asked for: in the stages pt and sft. */
export function readLoss({ keys, log, world }: Sheet, stage: Stage): Partial<Loss> {
  const own = OWN_LOSSES.find(([key]) => keys.get(key, boolean).value);
  if (own)
    return { kind: 'full', form: log.set('loss.form', { value: own[1], origin: keys.get(own[0], boolean).origin }) };
  const liger = ligerKey({ keys });
  const fused = liger.value && (stage === 'sft' || stage === 'pretrain');
  log.set('loss.kind', { value: fused ? 'liger' : 'full', origin: liger.origin });
  if (fused) return { kind: 'liger' };
  const form = lossFormOf(world.versions.transformers);
  return form === undefined ? { kind: 'full' } : { kind: 'full', form };
}

const ligerKey = ({ keys }: Pick<Sheet, 'keys'>) => {
  const own = keys.get('enable_liger_kernel', boolean);
  return own.value ? own : keys.get('use_liger_kernel', boolean);
};

export function readFramework({ keys, log }: Sheet): Partial<Framework> {
  const unsloth = keys.get('use_unsloth', boolean);
  const kt = keys.get('use_kt', boolean);
  const depth = keys.find('mixture_of_depths', oneOf({ convert: true, load: true }));
  const kernels = [
    ...(ligerKey({ keys }).value ? ['liger'] : []),
    ...(unsloth.value ? ['unsloth'] : []),
    ...(depth ? ['mixture-of-depths'] : []),
  ];
  const named = kt.value
    ? { value: 'ktransformers', origin: kt.origin }
    : { value: unsloth.value ? 'unsloth' : 'llama-factory', origin: unsloth.origin };
  return {
    name: log.set('framework.name', named),
    kernels,
    compile: log.set('framework.compile', keys.get('torch_compile', boolean)),
  };
}
