// Which model, and how its frozen weights are packed.
// Source: swift/arguments/base_args/quant_args.py, v4.5.2. There is no k-bit preparation: what is not packed keeps its type.

import type { Quantization } from '../../memory/run.ts';
import { quantizedCheckpoint } from '../hugging-face/quantized-checkpoint.ts';
import { type NamedModel, readModelAt } from '../model-reference.ts';
import type { Sheet } from '../sheet.ts';
import { boolean, integer, oneOf } from '../value-parsers.ts';

export const readModel = (sheet: Sheet): NamedModel | null => readModelAt(sheet, 'model');

export interface Packing {
  readonly quantization: Quantization;
  readonly quantizer?: string;
}

const METHODS = oneOf({ bnb: 'bnb', hqq: 'hqq', eetq: 'eetq', quanto: 'quanto', fp8: 'fp8' } as const);

export function readQuantization({ keys, log }: Sheet, model: NamedModel | null): Packing {
  const checkpoint = model ? quantizedCheckpoint(model) : undefined;
  const method = keys.find('quant_method', METHODS);
  const bits = keys.find('quant_bits', integer(1, 8));
  if (!method && checkpoint) {
    const from = log.fields.get('model')?.origin;
    return { quantization: log.infer('weights.quantization', checkpoint, 'quantized-checkpoint', from) };
  }
  if (!method) return { quantization: log.infer('weights.quantization', 'none', 'no-quantization-bit') };
  const quantizer = log.set('weights.quantizer', method);
  const found = PACKINGS[quantizer](bits?.value ?? 4, { keys });
  if (!found) keys.note('unsupported', 'quant_method', { field: 'weights.quantization', value: quantizer });
  const quantization = log.set('weights.quantization', { value: found ?? 'none', origin: (bits ?? method).origin });
  // HQQ packs any number of bits: they go with the name of the quantizer.
  return { quantization, quantizer: quantizer === 'hqq' && bits ? `hqq-${bits.value}bit` : quantizer };
}

type Pack = (bits: number, file: Pick<Sheet, 'keys'>) => Quantization | null;
const PACKINGS: Readonly<Record<'bnb' | 'hqq' | 'eetq' | 'quanto' | 'fp8', Pack>> = {
  bnb: (bits, file) => (bits === 8 ? 'int8' : fourBit(file)),
  hqq: () => 'hqq',
  eetq: () => 'eetq',
  quanto: () => null,
  fp8: () => 'fp8',
};

function fourBit({ keys }: Pick<Sheet, 'keys'>): Quantization {
  const type = keys.get('bnb_4bit_quant_type', oneOf({ nf4: 'nf4', fp4: 'fp4' } as const)).value;
  const double = keys.get('bnb_4bit_use_double_quant', boolean).value;
  return type === 'fp4' ? 'fp4' : double ? 'nf4-double' : 'nf4';
}
