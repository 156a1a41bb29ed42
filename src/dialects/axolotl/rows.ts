// Rows as the collators make them, and the masks that reach attention.
// Source: src/axolotl/core/builders/causal.py (build, build_collator), core/trainers/base.py, utils/collators/batching.py, v0.18.0.

import type { Batch, Mask, Stage } from '../../memory/run.ts';
import type { Read } from '../key-reader.ts';
import type { Sheet } from '../sheet.ts';
import { boolean, decimal, integer, oneOf } from '../value-parsers.ts';
import { olderThan } from '../versions.ts';
import type { ReadAttention } from './attention.ts';

const rows = integer(1, 1e6);
const FLATTENS = oneOf({ true: true, auto: true, false: false } as const, ['true', 'false', 'auto']);

export interface Rows {
  readonly batch: Batch;
  readonly mask: Mask;
}

export function readRows(sheet: Sheet, stage: Stage, attention: ReadAttention): Rows {
  const { keys, log } = sheet;
  const micro = keys.get('micro_batch_size', rows);
  const length = keys.get('sequence_len', integer(1, 1e8));
  const packing = keys.get('sample_packing', boolean);
  const supervised = stage === 'sft' || stage === 'pretrain';
  const packed = supervised && packing.value;
  const pads = packed ? true : keys.find('pad_to_sequence_len', boolean)?.value;
  const multiple = supervised && pads !== false ? keys.get('pad_to_multiple_of', integer(1, 65_536)).value : 1;
  const sequence = multiple * Math.ceil(length.value / multiple);
  const mask = maskOf(sheet, { length, sequence, packed, attention, padsAll: pads === true, micro: micro.value });
  if (keys.get('auto_find_batch_size', boolean).value)
    sheet.assumed.push({ field: 'batch.micro', value: String(micro.value), why: 'first-try-of-batch-size' });
  return {
    mask,
    batch: {
      micro: log.set('batch.micro', micro),
      accumulation: log.set('batch.accumulation', keys.get('gradient_accumulation_steps', rows)),
      sequence: log.set('batch.sequence', { value: sequence, origin: length.origin }),
      packed: log.set('batch.packed', { value: packed, origin: packing.origin }),
      ...evaluation(sheet, micro),
    },
  };
}

interface MaskFacts {
  readonly length: Read<number>;
  readonly sequence: number;
  readonly packed: boolean;
  readonly padsAll: boolean;
  readonly micro: number;
  readonly attention: ReadAttention;
}

function maskOf(sheet: Sheet, facts: MaskFacts): Mask {
  const { log, assumed } = sheet;
  const { attention, length, sequence } = facts;
  if (facts.packed) return packedMask(sheet, attention);
  if (facts.padsAll) return log.infer('mask', 'padded', 'padded-to-length', length.origin);
  assumed.push({ field: 'batch.sequence', value: String(sequence), why: 'rows-at-cutoff' });
  if (attention.attention === 'flash' && facts.micro > 1 && sheet.keys.get('batch_flattening', FLATTENS).value)
    return log.infer('mask', 'none', 'rows-end-to-end');
  if (sequence !== length.value) return log.infer('mask', 'padded', 'padded-to-multiple', length.origin);
  return log.infer('mask', 'full', 'rows-full', length.origin);
}

/**
 * Kernels that take the borders of samples get no mask. From 0.18 on SDPA is one of them (torch's varlen_attn) and eager has
 * its own; where transformers chooses, the mask of the padded row is kept.
 */
function packedMask({ log, world }: Sheet, { asked }: ReadAttention): Mask {
  const tiles = asked !== null && asked !== 'sdpa' && asked !== 'eager';
  const dropped = tiles || (asked !== null && !olderThan(world.versions.axolotl, '0.18'));
  return dropped ? log.infer('mask', 'none', 'borders-of-samples') : log.infer('mask', 'padded', 'packs-padded');
}

/** Data must be held out, and something must say when to look at it. */
function evaluation({ keys, log }: Sheet, micro: Read<number>): Pick<Batch, 'evalMicro'> {
  const held = keys.get('val_set_size', decimal(0, 1e9)).value > 0 || keys.has('test_datasets');
  const often = keys.find('evals_per_epoch', decimal(0, 1e9))?.value ?? 0;
  const asked = often > 0 || keys.has('eval_steps') || keys.has('eval_strategy') || keys.has('evaluation_strategy');
  if (!held || !asked) return {};
  return { evalMicro: log.set('batch.evalMicro', keys.find('eval_batch_size', rows) ?? micro) };
}
