// The layers that PEFT gives adapters where nobody names any.
// Source: peft 0.21.2 utils/constants.py, TRANSFORMERS_MODELS_TO_LORA_TARGET_MODULES_MAPPING; of the causal models that are known here.

import type { NamedModel } from '../model-reference.ts';

const USUAL = ['q_proj', 'v_proj'] as const;
const TARGETS: ReadonlyMap<string, readonly string[]> = new Map([
  ['gpt2', ['c_attn']],
  ['gpt_bigcode', ['c_attn']],
  ['gpt_neox', ['query_key_value']],
  ['bloom', ['query_key_value']],
  ['falcon', ['query_key_value']],
  ['chatglm', ['query_key_value']],
  ['phi', ['q_proj', 'v_proj', 'fc1', 'fc2']],
  ['mpt', ['Wqkv']],
  ['codegen', ['qkv_proj']],
  ['nemotron_h', ['q_proj', 'k_proj', 'v_proj', 'o_proj']],
]);

/** By the model's own type, else by its name. A type that PEFT has no row for is an error there. */
export function peftTargetsOf(named: NamedModel | null): readonly string[] {
  const type = named?.model.config?.model_type;
  if (typeof type === 'string') return TARGETS.get(type) ?? USUAL;
  const name = named?.name.toLowerCase() ?? '';
  const found = NAMES.find(([pattern]) => pattern.test(name))?.[1];
  return TARGETS.get(found ?? '') ?? USUAL;
}

const NAMES: readonly (readonly [pattern: RegExp, type: string])[] = [
  [/gpt-?2(?![0-9])/, 'gpt2'],
  [/starcoder(?!2)|gpt_bigcode/, 'gpt_bigcode'],
  [/pythia|gpt-neox/, 'gpt_neox'],
  [/bloom/, 'bloom'],
  [/falcon-?(7b|40b|180b)/, 'falcon'],
  [/(^|\/)phi-(1|2)(_5)?$/, 'phi'],
  [/mpt-/, 'mpt'],
];
