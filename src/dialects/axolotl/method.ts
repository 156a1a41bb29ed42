// What is trained: everything, or adapters.
// Source: src/axolotl/loaders/adapter.py (_build_peft_lora_config, load_lora) and utils/schemas/peft.py, v0.18.0.

import type { Dtype, Method } from '../../memory/run.ts';
import { readAdapterConfig } from '../hugging-face/adapter-config.ts';
import { namesOfPattern } from '../hugging-face/target-pattern.ts';
import type { Read } from '../key-reader.ts';
import type { Sheet } from '../sheet.ts';
import { boolean, decimal, integer, names, text } from '../value-parsers.ts';

export type ReadMethod = Partial<Method> & Pick<Method, 'kind'>;
const rank = integer(1, 65_536);

/** `adapter` as written; null: everything is trained. */
export function readAdapter({ keys }: Sheet): Read<string> | null {
  const adapter = keys.find('adapter', text);
  return adapter ? { ...adapter, value: adapter.value.toLowerCase() } : null;
}

export function readMethod(sheet: Sheet, adapter: Read<string> | null): ReadMethod {
  const { keys, log } = sheet;
  const lisa = keys.has('lisa_step_interval') ? keys.find('lisa_n_layers', integer(1, 10_000)) : undefined;
  if (!adapter && lisa) return { kind: log.set('method.kind', { value: 'lisa', origin: lisa.origin }) };
  if (!adapter) return { kind: log.infer('method.kind', 'full', 'no-adapter') };
  if (adapter.value === 'llama-adapter')
    return { kind: log.set('method.kind', { value: 'adapter-v1', origin: adapter.origin }) };
  // A plugin may bring adapters of other kinds.
  if (adapter.value !== 'lora' && adapter.value !== 'qlora')
    keys.note('unsupported', 'adapter', { field: 'method.kind', value: adapter.value });
  return { kind: log.set('method.kind', { value: 'lora', origin: adapter.origin }), ...adapters(sheet) };
}

function adapters(sheet: Sheet): Partial<Method> {
  const { keys, log } = sheet;
  const resumed = resumedAdapter(sheet);
  const saved = log.setIf('method.modulesToSave', keys.find('lora_modules_to_save', names));
  return {
    rank: resumed?.rank ?? readRank(sheet),
    targets: resumed?.targets ?? readTargets(sheet),
    dropout: log.set('method.dropout', keys.get('lora_dropout', decimal(0, 1))),
    dora: log.set('method.dora', keys.get('peft_use_dora', boolean)),
    rslora: log.set('method.rslora', keys.get('peft_use_rslora', boolean)),
    ...(saved ? { modulesToSave: saved } : {}),
  };
}

/** The type of new adapters; `loaded`: that of the weights, which they have unless PEFT is left to turn them into fp32. */
export function readAdapterDtype({ keys, log }: Sheet, loaded: Dtype): Dtype {
  const cast = keys.get('peft_autocast_adapter_dtype', boolean);
  if (cast.value) return log.infer('method.adapterDtype', 'fp32', 'peft-fp32-adapters', cast.origin);
  return log.set('method.adapterDtype', { value: loaded, origin: cast.origin });
}

/** PEFT has no rank to fall back on when it is handed none. */
function readRank({ keys, log }: Sheet): number {
  const found = keys.find('lora_r', rank);
  return found ? log.set('method.rank', found) : log.infer('method.rank', 8, 'rank-not-stated');
}

function readTargets({ keys, log }: Sheet): Method['targets'] {
  const all = keys.get('lora_target_linear', boolean);
  if (all.value) return log.set<Method['targets']>('method.targets', { value: 'all-linear', origin: all.origin });
  const listed = keys.find('lora_target_modules', names);
  if (!listed) return log.infer<Method['targets']>('method.targets', [], 'no-targets');
  const { value, origin } = listed;
  const [only] = value;
  if (value.length === 1 && only === 'all-linear')
    return log.set<Method['targets']>('method.targets', { value: only, origin });
  // PEFT reads one string as a pattern over whole paths, and a list as the ends of them.
  const pattern = keys.entry('lora_target_modules')?.value.kind === 'scalar';
  const found = pattern ? namesOfPattern(value.join(',')) : value;
  if (!found) keys.note('unsupported', 'lora_target_modules', { field: 'method.targets', value: value.join(',') });
  return log.set<Method['targets']>('method.targets', { value: found ?? 'all-linear', origin });
}

/** Training that goes on from an adapter has that adapter's rank and layers, whatever the file says. */
function resumedAdapter({ keys, log, world, wanted }: Sheet): ReturnType<typeof readAdapterConfig> {
  const folder = keys.find('lora_model_dir', text);
  const found = folder && readAdapterConfig(folder.value, world, wanted);
  for (const [field, value] of Object.entries(found ?? {}))
    log.infer(`method.${field}`, value, 'adapter-config', folder?.origin);
  return found;
}
