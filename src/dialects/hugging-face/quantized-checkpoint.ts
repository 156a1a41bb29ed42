// Checkpoints that are quantised as they are published: their own method stays, whatever a file asks for.

import type { Quantization } from '../../memory/run.ts';
import type { NamedModel } from '../model-reference.ts';

/** MXFP4 and FP8 checkpoints are turned back into 16 bits for training, so they are not quantised here. */
const METHODS: ReadonlyMap<string, Quantization> = new Map([
  ['gptq', 'gptq'],
  ['awq', 'awq'],
  ['aqlm', 'aqlm'],
  ['bitsandbytes', 'nf4-double'],
]);
const NAMES: readonly (readonly [pattern: RegExp, quantization: Quantization])[] = [
  [/(^|[-_./])gptq($|[-_./])/i, 'gptq'],
  [/(^|[-_./])awq($|[-_./])/i, 'awq'],
  [/(^|[-_./])aqlm($|[-_./])/i, 'aqlm'],
  [/(^|[-_./])bnb-4bit($|[-_./])/i, 'nf4-double'],
];

export function quantizedCheckpoint({ model, name }: NamedModel): Quantization | undefined {
  if (!model.config) return NAMES.find(([pattern]) => pattern.test(name))?.[1];
  const declared = model.config.quantization_config;
  if (typeof declared !== 'object' || declared === null) return undefined;
  const method = (declared as Readonly<Record<string, unknown>>).quant_method;
  return typeof method === 'string' ? METHODS.get(method) : undefined;
}
