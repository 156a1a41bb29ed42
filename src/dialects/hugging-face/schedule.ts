// How a step of the Trainer runs, as far as its own keys say: batches, clipping, the code of the loss.
// Source: transformers src/transformers/training_args.py, 5.6.0.

import type { Batch, Loss } from '../../memory/run.ts';
import type { Sheet } from '../sheet.ts';
import { boolean, decimal, integer, oneOf } from '../value-parsers.ts';
import { olderThan } from '../versions.ts';

const rows = integer(1, 1e6);
const EVALUATES = oneOf({ no: false, false: false, none: false, steps: true, epoch: true }, ['no', 'steps', 'epoch']);

export function readBatch(
  { keys, log, assumed }: Sheet,
  { sequence, packed }: Pick<Batch, 'sequence' | 'packed'>,
): Batch {
  const micro = log.set('batch.micro', keys.get('per_device_train_batch_size', rows));
  const evaluates = keys.find('eval_strategy', EVALUATES) ?? keys.find('evaluation_strategy', EVALUATES);
  if (keys.get('auto_find_batch_size', boolean).value) {
    assumed.push({ field: 'batch.micro', value: String(micro), why: 'first-try-of-batch-size' });
  }
  return {
    micro,
    accumulation: log.set('batch.accumulation', keys.get('gradient_accumulation_steps', rows)),
    sequence,
    packed,
    ...(evaluates?.value
      ? { evalMicro: log.set('batch.evalMicro', keys.get('per_device_eval_batch_size', rows)) }
      : {}),
  };
}

export function readClip({ keys, log }: Sheet): boolean {
  const norm = keys.get('max_grad_norm', decimal(0, 1e9));
  return log.set('clip', { value: norm.value > 0, origin: norm.origin });
}

/** Older transformers computed the loss inside the model. */
export function lossFormOf(transformers: string | undefined): Loss['form'] {
  if (olderThan(transformers, '4.46')) return 'transformers-before-4.46';
  return olderThan(transformers, '4.49') ? 'transformers-4.46-to-4.48' : undefined;
}
