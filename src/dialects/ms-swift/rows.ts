// Rows as the template's collator makes them, and the masks that reach attention.
// Source: _data_collator in swift/template/base.py, swift/arguments/base_args/base_args.py, v4.5.2.

import type { Attention, Batch, Mask } from '../../memory/run.ts';
import { defaultAttention } from '../hugging-face/default-attention.ts';
import type { Read } from '../key-reader.ts';
import type { NamedModel } from '../model-reference.ts';
import type { Sheet } from '../sheet.ts';
import { boolean, decimal, integer, oneOf } from '../value-parsers.ts';

const rows = integer(1, 1e6);
const tokens = integer(1, 1e8);

const KERNELS = oneOf<Attention>({
  sdpa: 'sdpa',
  eager: 'eager',
  flash_attn: 'flash',
  flash_attention_2: 'flash',
  flash_attention_3: 'flash',
  flash_attention_4: 'flash',
  flex_attention: 'flex',
});

export const readAttention = (sheet: Sheet, model: NamedModel | null): Attention =>
  sheet.log.setIf('attention', sheet.keys.find('attn_impl', KERNELS)) ?? defaultAttention(sheet, model);

export interface Rows {
  readonly batch: Batch;
  readonly mask: Mask;
}

export function readRows(sheet: Sheet, megatron: boolean): Rows {
  const { keys, log } = sheet;
  const micro = keys.get(megatron ? 'micro_batch_size' : 'per_device_train_batch_size', rows);
  const packing = keys.get('packing', boolean);
  const sequence = readLength(sheet, packing.value);
  if (keys.get('auto_find_batch_size', boolean).value)
    sheet.assumed.push({ field: 'batch.micro', value: String(micro.value), why: 'first-try-of-batch-size' });
  return {
    mask: readMask(sheet, packing.value),
    batch: {
      micro: log.set('batch.micro', micro),
      accumulation: readAccumulation(sheet, micro.value),
      sequence,
      packed: log.set('batch.packed', packing),
      ...evaluation(sheet),
    },
  };
}

/** The longest that a model allows is longer than any sample of most data, so it is no guess at rows. */
const USUAL_LENGTH = 2048;

function readLength({ keys, log, assumed }: Sheet, packed: boolean): number {
  const length = (packed ? keys.find('packing_length', tokens) : undefined) ?? keys.find('max_length', tokens);
  const value = length
    ? log.set('batch.sequence', length)
    : log.infer('batch.sequence', USUAL_LENGTH, 'length-not-stated');
  if (!length) assumed.push({ field: 'batch.sequence', value: String(value), why: 'usual-length' });
  else if (!packed) assumed.push({ field: 'batch.sequence', value: String(value), why: 'rows-at-cutoff' });
  return value;
}

/** Rows are padded to the longest of the batch, no further. */
function readMask({ keys, log }: Sheet, packed: boolean): Mask {
  if (packed) return log.infer('mask', 'none', 'borders-of-samples');
  const flat: Read<boolean> = keys.get('padding_free', boolean);
  return flat.value
    ? log.infer('mask', 'none', 'rows-end-to-end', flat.origin)
    : log.infer('mask', 'full', 'rows-full');
}

/** Sixteen rows a step on all GPUs together; one GPU is taken. */
function readAccumulation({ keys, log }: Sheet, micro: number): number {
  const stated = keys.find('gradient_accumulation_steps', rows);
  if (stated) return log.set('batch.accumulation', stated);
  return log.infer('batch.accumulation', Math.max(1, Math.ceil(16 / micro)), 'sixteen-rows-a-step');
}

const EVALUATES = oneOf({ no: false, false: false, none: false, steps: true, epoch: true }, ['no', 'steps', 'epoch']);

/** As often as the model is saved, wherever there is data for it. */
function evaluation({ keys, log }: Sheet): Pick<Batch, 'evalMicro'> {
  const held = keys.get('split_dataset_ratio', decimal(0, 1)).value > 0;
  const data = held || keys.has('val_dataset') || keys.has('cached_val_dataset');
  if (!data || keys.find('eval_strategy', EVALUATES)?.value === false) return {};
  return { evalMicro: log.set('batch.evalMicro', keys.get('per_device_eval_batch_size', rows)) };
}
