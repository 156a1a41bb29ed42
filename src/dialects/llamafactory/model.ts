// Which model, and in which form its weights are loaded.

import type { Quantization } from '../../memory/run.ts';
import { quantizedCheckpoint } from '../hugging-face/quantized-checkpoint.ts';
import { type NamedModel, readModelAt } from '../model-reference.ts';
import type { Origin } from '../reading.ts';
import type { Sheet } from '../sheet.ts';
import { boolean, integer, oneOf } from '../value-parsers.ts';

export const readModel = (sheet: Sheet): NamedModel | null => readModelAt(sheet, 'model_name_or_path');

export interface Packing {
  readonly quantization: Quantization;
  readonly quantizer?: string;
}

/** Checkpoints that are quantised already win over `quantization_bit` (model_utils/quantization.py, "PTQ-quantized"). */
export function readQuantization({ keys, log }: Sheet, model: NamedModel): Packing {
  const checkpoint = quantizedCheckpoint(model);
  const bits = keys.find('quantization_bit', integer(1, 8));
  if (checkpoint) {
    keys.idle('quantization_bit', 'checkpoint-quantized');
    return {
      quantization: log.infer(
        'weights.quantization',
        checkpoint,
        'quantized-checkpoint',
        log.fields.get('model')?.origin,
      ),
    };
  }
  if (!bits) return { quantization: log.infer('weights.quantization', 'none', 'no-quantization-bit') };
  return onTheFly({ keys, log }, bits.value, bits.origin);
}

const LIBRARIES = oneOf({ bnb: 'bitsandbytes', bitsandbytes: 'bitsandbytes', hqq: 'hqq', eetq: 'eetq' } as const, [
  'bnb',
  'hqq',
  'eetq',
]);

function onTheFly({ keys, log }: Pick<Sheet, 'keys' | 'log'>, bits: number, origin: Origin): Packing {
  const library = log.set('weights.quantizer', keys.get('quantization_method', LIBRARIES));
  const found =
    library === 'bitsandbytes' ? bitsandbytes({ keys }, bits) : library === 'eetq' && bits !== 8 ? undefined : library;
  if (found === undefined) {
    keys.note('unreadable-value', 'quantization_bit', { expected: library === 'eetq' ? '8' : '4, 8', got: bits });
    return { quantization: log.infer('weights.quantization', 'none', 'no-quantization-bit') };
  }
  log.set('weights.quantization', { value: found, origin });
  // HQQ packs any number of bits; the run's vocabulary has one word for it, so the bits go with the quantizer's name.
  return { quantization: found, quantizer: library === 'hqq' ? `hqq-${bits}bit` : library };
}

function bitsandbytes({ keys }: Pick<Sheet, 'keys'>, bits: number): Quantization | undefined {
  if (bits === 8) return 'int8';
  if (bits !== 4) return undefined;
  const type = keys.get('quantization_type', oneOf({ nf4: 'nf4', fp4: 'fp4' } as const)).value;
  const double = keys.get('double_quantization', boolean).value;
  return type === 'fp4' ? 'fp4' : double ? 'nf4-double' : 'nf4';
}
