// Which model, and how its frozen weights are packed.
// Source: src/axolotl/loaders/model.py (_set_quantization_config), v0.18.0.

import type { Quantization } from '../../memory/run.ts';
import { nodeAt } from '../../yaml/locate.ts';
import { quantizedCheckpoint } from '../hugging-face/quantized-checkpoint.ts';
import { type NamedModel, readModelAt } from '../model-reference.ts';
import type { Sheet } from '../sheet.ts';
import { boolean, oneOf } from '../value-parsers.ts';

export const readModel = (sheet: Sheet): NamedModel | null => readModelAt(sheet, 'base_model');

/** Only two pairs pack on loading: qlora in 4 bits, lora in 8. */
export function readQuantization(sheet: Sheet, model: NamedModel | null, adapter: string | null): Quantization {
  const { keys, log } = sheet;
  const checkpoint = adapter !== null && model ? quantizedCheckpoint(model) : undefined;
  if (checkpoint)
    return log.infer('weights.quantization', checkpoint, 'quantized-checkpoint', log.fields.get('model')?.origin);
  const loaded = keys.find('model_quantization_config', LOADED);
  if (loaded && !dequantizes(sheet)) return log.set('weights.quantization', loaded);
  const four = keys.get('load_in_4bit', boolean);
  const eight = keys.get('load_in_8bit', boolean);
  if (adapter === 'qlora') {
    const packed = fourBit(sheet);
    if (four.value) return log.set('weights.quantization', { value: packed, origin: four.origin });
    return log.infer('weights.quantization', packed, 'qlora-is-4-bit', log.fields.get('method.kind')?.origin);
  }
  if (adapter === 'lora' && eight.value)
    return log.set('weights.quantization', { value: 'int8', origin: eight.origin });
  // k-bit preparation then turns plain weights into fp32: nobody means that.
  if (four.value) keys.note('unsupported', 'load_in_4bit', { field: 'weights.quantization', value: 'lora + 4 bit' });
  return log.infer('weights.quantization', 'none', 'no-quantization-bit');
}

const LOADED = oneOf<Quantization>({ mxfp4config: 'mxfp4', finegrainedfp8config: 'fp8' }, [
  'Mxfp4Config',
  'FineGrainedFP8Config',
]);

/** `dequantize: true` turns such a checkpoint back into 16 bits while it is loaded. */
function dequantizes({ keys }: Sheet): boolean {
  const node = nodeAt(keys.entry('model_quantization_config_kwargs')?.value, ['dequantize']);
  return node !== undefined && boolean.parse(node) === true;
}

function fourBit({ keys }: Sheet): Quantization {
  const settings = keys.entry('bnb_config_kwargs')?.value;
  const type = nodeAt(settings, ['bnb_4bit_quant_type']);
  const double = nodeAt(settings, ['bnb_4bit_use_double_quant']);
  if (type && FORMATS.parse(type) === 'fp4') return 'fp4';
  return double && boolean.parse(double) === false ? 'nf4' : 'nf4-double';
}
const FORMATS = oneOf({ nf4: 'nf4', fp4: 'fp4' } as const);
