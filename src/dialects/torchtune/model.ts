// What a builder's path says: the model, whether adapters are put on it, and whether their base is quantised.
// Source: torchtune/models/*/_model_builders.py, modules/peft/lora.py, 0.7.0.

import type { Dtype, Method, ModelRef, Weights } from '../../memory/run.ts';
import type { KeyReader } from '../key-reader.ts';
import type { Sheet } from '../sheet.ts';
import { boolean, decimal, integer, names, text } from '../value-parsers.ts';
import { isGeneric, modelNamed, modelOfArguments } from './builders.ts';
import { lastName } from './component.ts';

export interface Built {
  readonly model: ModelRef | null;
  readonly adapters: 'none' | 'lora' | 'qlora';
}

/** `lora_llama3_1_8b`: the model's own name behind what is done to it. */
const PREFIX = /^(q?lora)_/;

export function readModel({ log }: Sheet, keys: KeyReader | null): Built {
  const path = keys?.find('_component_', text);
  if (!keys || !path) return { model: null, adapters: 'none' };
  const name = lastName(path.value);
  const prefix = PREFIX.exec(name)?.[1];
  const builder = name.replace(PREFIX, '');
  const model = isGeneric(builder) ? modelOfArguments(builder, keys) : (modelNamed(builder) ?? { id: path.value });
  if (model) log.set('model', { value: model.id ?? path.value, origin: path.origin });
  return { model, adapters: prefix === 'qlora' ? 'qlora' : prefix ? 'lora' : 'none' };
}

const LOGICAL: Readonly<Record<string, string>> = { output_proj: 'o_proj' };
const MLP = ['gate_proj', 'up_proj', 'down_proj'];

/** Adapters are made in the model's own type. */
export function readMethod(
  { log }: Sheet,
  { adapters }: Built,
  keys: KeyReader | null,
  dtype: Dtype,
): Partial<Method> & Pick<Method, 'kind'> {
  const path = keys?.find('_component_', text);
  const kind = adapters === 'none' ? 'full' : 'lora';
  if (path) log.set('method.kind', { value: kind, origin: path.origin });
  if (kind === 'full' || !keys) return { kind };
  const attention = keys.find('lora_attn_modules', names);
  const mlp = keys.get('apply_lora_to_mlp', boolean);
  const head = keys.get('apply_lora_to_output', boolean);
  const targets = [
    ...(attention?.value ?? []).map((name) => LOGICAL[name] ?? name),
    ...(mlp.value ? MLP : []),
    ...(head.value ? ['lm_head'] : []),
  ];
  return {
    kind,
    rank: log.set('method.rank', keys.get('lora_rank', integer(1, 65_536))),
    dropout: log.set('method.dropout', keys.get('lora_dropout', decimal(0, 1))),
    dora: log.set('method.dora', keys.get('use_dora', boolean)),
    targets: log.set('method.targets', { value: targets, origin: (attention ?? mlp).origin }),
    adapterDtype: dtype,
  };
}

/** NF4 of torchao, whose scales are quantised too (to_nf4: blocks of 64, scales in blocks of 256). */
export function readQuantization({ log }: Sheet, { adapters }: Built, keys: KeyReader | null): Partial<Weights> {
  const asked = adapters === 'lora' ? keys?.get('quantize_base', boolean) : undefined;
  if (adapters !== 'qlora' && !asked?.value) return {};
  const origin = adapters === 'qlora' ? keys?.find('_component_', text)?.origin : asked?.origin;
  if (origin) log.set('weights.quantization', { value: 'nf4-double', origin });
  return { quantization: 'nf4-double', quantizer: 'torchao' };
}
