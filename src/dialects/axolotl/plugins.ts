// What plugins and replacement kernels change: the loss, fused layers, and what the replay has no program for.
// Source: src/axolotl/integrations/*, check_auto_enable_lora_kernels in utils/schemas/config.py, monkeypatch/lora_kernels.py, v0.18.0.

import type { Framework, Loss, Method, Stage } from '../../memory/run.ts';
import { lossFormOf } from '../hugging-face/schedule.ts';
import type { Sheet } from '../sheet.ts';
import { boolean, integer, names, oneOf } from '../value-parsers.ts';
import { olderThan } from '../versions.ts';

/** A plugin is a class path: `axolotl.integrations.liger.LigerPlugin`. */
export const hasPlugin = ({ keys }: Pick<Sheet, 'keys'>, name: string): boolean =>
  (keys.find('plugins', names)?.value ?? []).some((path) => path.split('.').at(-1) === name);

export const LIGER = 'LigerPlugin';
export const CUT = 'CutCrossEntropyPlugin';

/** Plugins that train in a way of their own. */
const TRAINERS: Readonly<Record<string, string>> = {
  DiffusionPlugin: 'stage',
  KDPlugin: 'stage',
  NemoGymPlugin: 'stage',
  SpectrumPlugin: 'method.kind',
  LLMCompressorPlugin: 'method.kind',
  DenseMixerPlugin: 'framework.kernels',
  KernelsPlugin: 'framework.kernels',
};

export function noteTrainers(sheet: Sheet): void {
  for (const [name, field] of Object.entries(TRAINERS)) {
    if (hasPlugin(sheet, name)) sheet.keys.note('unsupported', 'plugins', { field, value: name });
  }
}

/** Cut Cross Entropy is on once its plugin is listed; Liger's losses only where they are asked for. */
export function readLoss(sheet: Sheet): Partial<Loss> {
  const { keys, log, world } = sheet;
  const cut = keys.get('cut_cross_entropy', boolean);
  if (hasPlugin(sheet, CUT) && cut.value)
    return { kind: log.set('loss.kind', { value: 'cut', origin: keys.find('plugins', names)?.origin ?? cut.origin }) };
  const fused = keys.get('liger_fused_linear_cross_entropy', boolean);
  const cross = keys.get('liger_cross_entropy', boolean);
  if (hasPlugin(sheet, LIGER) && fused.value)
    return { kind: log.set('loss.kind', { value: 'liger', origin: fused.origin }) };
  if (hasPlugin(sheet, LIGER) && cross.value)
    return { kind: log.set('loss.kind', { value: 'fused', origin: cross.origin }) };
  const chunked = keys.get('chunked_cross_entropy', boolean);
  if (chunked.value) {
    const chunks = log.set('loss.chunks', keys.get('chunked_cross_entropy_num_chunks', integer(1, 65_536)));
    return {
      kind: log.set('loss.kind', { value: 'chunked', origin: chunked.origin }),
      chunks,
      scope: 'loss',
      compile: true,
    };
  }
  const form = lossFormOf(world.versions.transformers);
  return { kind: log.set('loss.kind', { value: 'full', origin: chunked.origin }), ...(form ? { form } : {}) };
}

/** Keys that put one kernel in place of a part of the model, and its name in a run. */
const LIGER_KERNELS = [
  ['liger_rope', 'fused-rope'],
  ['liger_rms_norm', 'fused-norm'],
  ['liger_glu_activation', 'fused-mlp'],
  ['liger_swiglu', 'fused-mlp'],
] as const;
const OTHER_KERNELS = [
  ['tiled_mlp', 'tiled-mlp'],
  ['use_kernels', 'hub-kernels'],
  ['flash_attn_cross_entropy', 'flash-cross-entropy'],
  ['flash_attn_fuse_mlp', 'flash-fused-mlp'],
] as const;
const COMPILES = oneOf({ true: true, auto: true, false: false } as const, ['true', 'false', 'auto']);

export function readFramework(sheet: Sheet, method: Partial<Method>, stage: Stage): Partial<Framework> {
  const { keys, log } = sheet;
  const table = hasPlugin(sheet, LIGER) ? [...LIGER_KERNELS, ...OTHER_KERNELS] : OTHER_KERNELS;
  const kernels = table.filter(([key]) => keys.get(key, boolean).value).map(([, name]) => name);
  return {
    name: 'axolotl',
    kernels: [...kernels, ...loraKernels(sheet, method, stage)],
    compile: log.set('framework.compile', keys.get('torch_compile', COMPILES)),
  };
}

/** Each with the projections that must all have an adapter, or it is not put in place. */
const LORA_KERNELS = [
  ['lora_qkv_kernel', 'lora-qkv', ['q_proj', 'k_proj', 'v_proj']],
  ['lora_o_kernel', 'lora-o', ['o_proj']],
  ['lora_mlp_kernel', 'lora-mlp', ['gate_proj', 'up_proj', 'down_proj']],
] as const;

function loraKernels(sheet: Sheet, { kind, targets }: Partial<Method>, stage: Stage): readonly string[] {
  if (kind !== 'lora') return [];
  const { keys, log } = sheet;
  const on = turnsOnByItself(sheet, stage);
  const adapted = new Set(Array.isArray(targets) ? targets.map((t: string) => t.slice(t.lastIndexOf('.') + 1)) : []);
  const kernels = LORA_KERNELS.filter(
    ([key, , parts]) =>
      (keys.find(key, boolean)?.value ?? on) && (targets === 'all-linear' || parts.every((part) => adapted.has(part))),
  ).map(([, name]) => name);
  if (on) log.infer('framework.kernels', kernels, 'lora-kernels-on');
  return kernels;
}

/** From 0.9.1 on, where no kernel is named, nothing is remote, and the weights are not in 8 bits. */
function turnsOnByItself({ keys, world }: Sheet, stage: Stage): boolean {
  const named = ['lora_embedding_kernel', ...LORA_KERNELS.map(([key]) => key)].some((key) => keys.has(key));
  const eight = keys.get('load_in_8bit', boolean).value;
  const supervised = (stage === 'sft' || stage === 'pretrain') && !keys.get('trust_remote_code', boolean).value;
  return supervised && !named && !eight && !olderThan(world.versions.axolotl, '0.9.1');
}
