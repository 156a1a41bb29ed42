// How weights lie in memory and what they are computed in: `precision` and `quantize`.

import type { Autocast, Dtype, Weights } from '../../memory/run.ts';
import type { Sheet } from '../sheet.ts';
import { oneOf } from '../value-parsers.ts';
import type { Command } from './command.ts';

interface Precision {
  readonly dtype: Dtype;
  readonly autocast: Autocast;
}

/** Fabric's names, the short ones too (lightning/fabric/plugins/precision, _PRECISION_INPUT). */
const PRECISIONS = oneOf<Precision>(
  {
    'bf16-true': { dtype: 'bf16', autocast: 'none' },
    '16-true': { dtype: 'fp16', autocast: 'none' },
    '32-true': { dtype: 'fp32', autocast: 'none' },
    '32': { dtype: 'fp32', autocast: 'none' },
    'bf16-mixed': { dtype: 'fp32', autocast: 'bf16' },
    bf16: { dtype: 'fp32', autocast: 'bf16' },
    '16-mixed': { dtype: 'fp32', autocast: 'fp16' },
    '16': { dtype: 'fp32', autocast: 'fp16' },
  },
  ['bf16-true', 'bf16-mixed', '16-true', '16-mixed', '32-true'],
);

/** `int8-training` leaves the weights in 16 bits: bitsandbytes’ layer quantises what it multiplies. */
const QUANTIZATIONS = oneOf<Weights['quantization']>({
  'bnb.nf4': 'nf4',
  'bnb.nf4-dq': 'nf4-double',
  'bnb.fp4': 'fp4',
  'bnb.fp4-dq': 'fp4',
  'bnb.int8-training': 'int8',
});

export interface Types {
  readonly weights: Partial<Weights> & Pick<Weights, 'dtype'>;
  readonly autocast: Autocast;
}

export function readTypes({ keys, log }: Sheet, { method }: Command): Types {
  const { value, origin } = keys.get('precision', PRECISIONS);
  const dtype = log.set('weights.dtype', { value: value.dtype, origin });
  const autocast = log.set('autocast', { value: value.autocast, origin });
  const quantization = method === 'full' ? undefined : keys.find('quantize', QUANTIZATIONS);
  if (!quantization) return { weights: { dtype }, autocast };
  if (autocast !== 'none') keys.note('unsupported', 'quantize', { field: 'precision', value: `${autocast}-mixed` });
  return {
    weights: { dtype, quantization: log.set('weights.quantization', quantization), quantizer: 'bitsandbytes' },
    autocast,
  };
}
