// What is trained: everything, adapters of LoRA on the parts named by `lora_*`, or the prompts of LLaMA-Adapter.

import type { Dtype, Method } from '../../memory/run.ts';
import type { Origin } from '../reading.ts';
import type { Sheet } from '../sheet.ts';
import { boolean, decimal, integer } from '../value-parsers.ts';
import type { Command } from './command.ts';

/** The parts of a block that a switch adapts, by the names other libraries give them. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  lora_query: ['q_proj'],
  lora_key: ['k_proj'],
  lora_value: ['v_proj'],
  lora_projection: ['o_proj'],
  lora_mlp: ['gate_proj', 'up_proj', 'down_proj'],
  lora_head: ['lm_head'],
};
/** litgpt/adapter.py, Config.adapter_prompt_length: no command can change it. */
const PROMPT_LENGTH = 10;

/** Adapters are made in the type of the model (Fabric.init_module). */
export function readMethod(sheet: Sheet, { method }: Command, dtype: Dtype): Partial<Method> & Pick<Method, 'kind'> {
  if (method === 'lora') return readLora(sheet, dtype);
  return method === 'full' ? { kind: 'full' } : { kind: method, adapterDtype: dtype, virtualTokens: PROMPT_LENGTH };
}

function readLora({ keys, log }: Sheet, dtype: Dtype): Partial<Method> & Pick<Method, 'kind'> {
  const switches = Object.entries(PARTS).map(([key, parts]) => ({ parts, ...keys.get(key, boolean) }));
  const targets = switches.flatMap(({ value, parts }) => (value ? parts : []));
  const origin: Origin | undefined = switches.find((s) => s.origin.kind === 'file')?.origin ?? switches[0]?.origin;
  if (origin) log.set('method.targets', { value: targets, origin });
  return {
    kind: 'lora',
    rank: log.set('method.rank', keys.get('lora_r', integer(0, 65_536))),
    dropout: log.set('method.dropout', keys.get('lora_dropout', decimal(0, 1))),
    targets,
    adapterDtype: dtype,
  };
}
