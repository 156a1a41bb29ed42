// What is trained.
// Source: swift/pipelines/train/tuner.py, swift/tuners/peft.py, v4.5.2.

import type { Method, Stage } from '../../memory/run.ts';
import { readAdapterConfig } from '../hugging-face/adapter-config.ts';
import { namesOfPattern } from '../hugging-face/target-pattern.ts';
import type { Read } from '../key-reader.ts';
import type { Sheet } from '../sheet.ts';
import { boolean, decimal, integer, names, oneOf, text } from '../value-parsers.ts';

export type ReadMethod = Partial<Method> & Pick<Method, 'kind'>;
const rank = integer(1, 65_536);
export const DTYPES = oneOf(
  { bfloat16: 'bf16', bf16: 'bf16', float16: 'fp16', fp16: 'fp16', float32: 'fp32', fp32: 'fp32' } as const,
  ['bfloat16', 'float16', 'float32'],
);

/** The newest name wins, as where a file was carried over. */
function tunerType({ keys }: Sheet): Read<string> {
  const older = keys.find('train_type', text) ?? keys.find('sft_type', text);
  return keys.find('tuner_type', text) ?? older ?? keys.get('tuner_type', text);
}

export function readMethod(sheet: Sheet): ReadMethod {
  const { keys, log } = sheet;
  const tuner = tunerType(sheet);
  const lisa = keys.get('lisa_activated_layers', integer(0, 10_000));
  if (tuner.value === 'full' && lisa.value > 0)
    return { kind: log.set('method.kind', { value: 'lisa', origin: lisa.origin }) };
  if (tuner.value === 'full') return { kind: log.set('method.kind', { value: 'full', origin: tuner.origin }) };
  if (tuner.value !== 'lora') {
    const key = ['tuner_type', 'train_type', 'sft_type'].find((name) => keys.has(name)) ?? 'tuner_type';
    keys.note('unsupported', key, { field: 'method.kind', value: tuner.value });
  }
  return { kind: log.set('method.kind', { value: 'lora', origin: tuner.origin }), ...adapters(sheet) };
}

function adapters(sheet: Sheet): Partial<Method> {
  const { keys, log } = sheet;
  const resumed = resumedAdapter(sheet);
  const saved = log.setIf('method.modulesToSave', keys.find('modules_to_save', names));
  const dtype = keys.find('lora_dtype', DTYPES);
  // fp16 adapters are turned into fp32 like PEFT's own, so that gradients can be unscaled.
  const kept = dtype && dtype.value !== 'fp16' ? dtype : undefined;
  return {
    rank: resumed?.rank ?? log.set('method.rank', keys.get('lora_rank', rank)),
    targets: resumed?.targets ?? readTargets(sheet),
    dropout: log.set('method.dropout', keys.get('lora_dropout', decimal(0, 1))),
    dora: log.set('method.dora', keys.get('use_dora', boolean)),
    rslora: log.set('method.rslora', keys.get('use_rslora', boolean)),
    adapterDtype: kept
      ? log.set('method.adapterDtype', kept)
      : log.infer('method.adapterDtype', 'fp32', 'peft-fp32-adapters'),
    ...(saved ? { modulesToSave: saved } : {}),
  };
}

const ALL = new Set(['all-linear', 'ALL', 'DEFAULT']);

function readTargets({ keys, log }: Sheet): Method['targets'] {
  const pattern = keys.find('target_regex', text);
  const listed = keys.get('target_modules', names);
  const { origin } = pattern ?? listed;
  const found = pattern ? namesOfPattern(pattern.value) : listed.value;
  if (!found) keys.note('unsupported', 'target_regex', { field: 'method.targets', value: pattern?.value ?? '' });
  if (found?.includes('all-embedding'))
    keys.note('unsupported', 'target_modules', { field: 'method.targets', value: 'all-embedding' });
  const all = !found || found.some((name) => ALL.has(name));
  return log.set<Method['targets']>('method.targets', { value: all ? 'all-linear' : found, origin });
}

/** Training that goes on from an adapter has that adapter's rank and layers, whatever the file says. */
function resumedAdapter({ keys, log, world, wanted }: Sheet): ReturnType<typeof readAdapterConfig> {
  const listed = keys.find('adapters', names);
  const folder = listed?.value[0];
  const found = folder === undefined ? undefined : readAdapterConfig(folder, world, wanted);
  for (const [field, value] of Object.entries(found ?? {}))
    log.infer(`method.${field}`, value, 'adapter-config', listed?.origin);
  return found;
}

const RLHF = oneOf<Stage>({
  dpo: 'dpo',
  orpo: 'orpo',
  simpo: 'simpo',
  // Like SimPO: chosen and rejected, no reference.
  cpo: 'simpo',
  kto: 'kto',
  rm: 'reward',
  ppo: 'ppo',
  grpo: 'grpo',
  gkd: 'distillation',
});

export function readStage({ keys, log }: Sheet): Stage {
  const rlhf = keys.find('rlhf_type', RLHF);
  if (rlhf) return log.set('stage', rlhf);
  const task = keys.get('task_type', text);
  if (task.value === 'causal_lm') return log.infer('stage', 'sft', 'stage-by-data');
  if (task.value !== 'seq_cls') keys.note('unsupported', 'task_type', { field: 'stage', value: task.value });
  return log.set('stage', { value: 'classification', origin: task.origin });
}
