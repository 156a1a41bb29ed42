// What is trained: everything, some layers, or adapters.
// Source: src/llamafactory/model/adapter.py and hparams/finetuning_args.py, v0.9.5.

import type { Method, MethodKind } from '../../memory/run.ts';
import { type ReadAdapter, readAdapterConfig } from '../hugging-face/adapter-config.ts';
import type { Sheet } from '../sheet.ts';
import { boolean, decimal, integer, names, oneOf } from '../value-parsers.ts';

const KINDS = oneOf<MethodKind>({ lora: 'lora', oft: 'oft', freeze: 'freeze', full: 'full', none: 'full' }, [
  'lora',
  'oft',
  'freeze',
  'full',
]);
const rank = integer(1, 65_536);

export type ReadMethod = Partial<Method> & Pick<Method, 'kind'>;

export function readMethod(sheet: Sheet): ReadMethod {
  const { keys, log } = sheet;
  const kind = log.set('method.kind', keys.get('finetuning_type', KINDS));
  const badam = keys.get('use_badam', boolean);
  // BAdam is an optimizer to LLaMA-Factory; what it changes is which parameters are trained at a time.
  if (kind !== 'lora' && badam.value)
    return { kind: log.set('method.kind', { value: 'badam' as const, origin: badam.origin }) };
  const frozen = frozenParts(sheet);
  if (kind === 'lora') return { kind, frozen, ...adapters(sheet), ...saved(sheet) };
  if (kind === 'oft') return { kind, ...rotations(sheet), ...saved(sheet) };
  return kind === 'freeze' ? { kind, frozen, ...layers(sheet) } : { kind, frozen };
}

const PARTS = [
  ['tower', 'freeze_vision_tower'],
  ['projector', 'freeze_multi_modal_projector'],
  ['language', 'freeze_language_model'],
] as const;

/** Only models with a vision tower have such parts (model_utils/visual.py, get_forbidden_modules). */
function frozenParts({ keys, log }: Sheet): Method['frozen'] {
  const stated = PARTS.map(([part, key]) => ({ part, flag: keys.get(key, boolean) }));
  const value = stated.filter(({ flag }) => flag.value).map(({ part }) => part);
  const origin = stated.find(({ flag }) => flag.origin.kind === 'file')?.flag.origin ?? stated[0]?.flag.origin;
  return origin ? log.set('method.frozen', { value, origin }) : value;
}

function adapters(sheet: Sheet): Partial<Method> {
  const { keys, log } = sheet;
  const resumed = resumedAdapter(sheet);
  return {
    rank: resumed?.rank ?? log.set('method.rank', keys.get('lora_rank', rank)),
    targets: resumed?.targets ?? targets(sheet),
    dropout: log.set('method.dropout', keys.get('lora_dropout', decimal(0, 1))),
    dora: log.set('method.dora', keys.get('use_dora', boolean)),
    rslora: log.set('method.rslora', keys.get('use_rslora', boolean)),
    // PEFT makes adapters fp32 (autocast_adapter_dtype), `pure_bf16` or not.
    adapterDtype: log.infer('method.adapterDtype', 'fp32', 'peft-fp32-adapters'),
  };
}

/** The layers of OFT come from `lora_target`: adapter.py asks no other key. */
function rotations(sheet: Sheet): Partial<Method> {
  const { keys, log } = sheet;
  const blocks = keys.find('oft_rank', integer(0, 65_536));
  return {
    rank: log.set('method.rank', blocks && blocks.value > 0 ? blocks : keys.get('oft_block_size', rank)),
    targets: targets(sheet),
    dropout: log.set('method.dropout', keys.get('module_dropout', decimal(0, 1))),
    adapterDtype: log.infer('method.adapterDtype', 'fp32', 'peft-fp32-adapters'),
  };
}

function targets({ keys, log }: Sheet): Method['targets'] {
  const { value, origin } = keys.get('lora_target', names);
  const all = value.length === 0 || (value.length === 1 && value[0] === 'all');
  return log.set<Method['targets']>('method.targets', { value: all ? 'all-linear' : value, origin });
}

function saved({ keys, log }: Sheet): Partial<Method> {
  const extra = log.setIf('method.modulesToSave', keys.find('additional_target', names));
  if (extra) return { modulesToSave: extra };
  const resized = keys.get('resize_vocab', boolean);
  if (!resized.value) return {};
  // adapter.py: "Vocab has been resized, add … to trainable params".
  return {
    modulesToSave: log.set('method.modulesToSave', { value: ['embed_tokens', 'lm_head'], origin: resized.origin }),
  };
}

function layers({ keys, log, assumed }: Sheet): Partial<Method> {
  // LLaMA Pro trains blocks inserted at even distances (find_expanded_modules); the run counts layers from one end.
  if (keys.get('use_llama_pro', boolean).value)
    assumed.push({ field: 'method.trainableLayers', value: 'llama-pro', why: 'expanded-blocks-last' });
  const modules = keys.get('freeze_trainable_modules', names);
  const extra = log.setIf('method.modulesToSave', keys.find('freeze_extra_modules', names));
  return {
    trainableLayers: log.set('method.trainableLayers', keys.get('freeze_trainable_layers', integer(-10_000, 10_000))),
    ...(modules.value.includes('all') ? {} : { targets: log.set('method.targets', modules) }),
    ...(extra ? { modulesToSave: extra } : {}),
  };
}

/** Training that goes on from an adapter has that adapter's rank and layers, whatever the file says. */
function resumedAdapter({ keys, log, world, wanted }: Sheet): ReadAdapter | undefined {
  const adapter = keys.find('adapter_name_or_path', names);
  const last = adapter?.value.at(-1);
  if (!adapter || last === undefined || keys.find('create_new_adapter', boolean)?.value) return undefined;
  const found = readAdapterConfig(last, world, wanted);
  for (const [field, value] of Object.entries(found ?? {}))
    log.infer(`method.${field}`, value, 'adapter-config', adapter.origin);
  return found;
}
