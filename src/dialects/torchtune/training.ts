// Loss, optimizer, checkpointing and rows: how a step of a recipe runs.
// Source: recipes/*.py and torchtune/{modules/loss,training}, 0.7.0.

import type { Batch, Checkpointing, Dtype, Loss, Optimizer, Stage } from '../../memory/run.ts';
import type { KeyReader, Read } from '../key-reader.ts';
import { optimizerOfClass } from '../optimizer-classes.ts';
import type { Sheet } from '../sheet.ts';
import { boolean, decimal, integer, oneOf, text } from '../value-parsers.ts';
import { lastName } from './component.ts';

export interface Parts {
  readonly model: KeyReader | null;
  readonly tokenizer: KeyReader | null;
  readonly dataset: KeyReader | null;
  readonly loss: KeyReader | null;
  readonly optimizer: KeyReader | null;
}

const rows = integer(1, 1e6);
const tokens = integer(1, 1e8);

export const DTYPES = oneOf<Dtype>({ bf16: 'bf16', fp32: 'fp32', fp16: 'fp16' });

/** A key that every recipe needs. Where it is not written yet, the run goes on with the smallest. */
export function needed<T>(
  { keys, log, assumed }: Sheet,
  field: string,
  key: string,
  read: Read<T> | undefined,
  otherwise: T,
): T {
  if (read) return log.set(field, read);
  if (keys.has(key)) return otherwise; // unreadable: said at the key
  assumed.push({ field, value: String(otherwise), why: 'needed-key-missing' });
  return log.infer(field, otherwise, 'needed-key-missing');
}

/** Nothing is cut where `max_seq_len` is null: the longest sample decides, and the file cannot know it. */
const UNKNOWN_LENGTH = 2048;

export function readBatch(sheet: Sheet, { tokenizer, dataset }: Parts, stage: Stage): Batch {
  const { keys, log, assumed } = sheet;
  const written = tokenizer?.find('max_seq_len', tokens) ?? dataset?.find('max_seq_len', tokens);
  const packed = log.setIf('batch.packed', dataset?.find('packed', boolean)) ?? false;
  const sequence = written
    ? log.set('batch.sequence', written)
    : log.infer('batch.sequence', UNKNOWN_LENGTH, 'longest-sample-unknown');
  const why = !written ? 'longest-sample-unknown' : packed ? null : 'rows-at-cutoff';
  if (why) assumed.push({ field: 'batch.sequence', value: String(sequence), why });
  const validates = keys.has('dataset_val') && stage === 'sft';
  return {
    micro: needed(sheet, 'batch.micro', 'batch_size', keys.find('batch_size', rows), 1),
    accumulation: log.set('batch.accumulation', keys.get('gradient_accumulation_steps', rows)),
    sequence,
    packed,
    ...(validates ? evaluation(sheet) : {}),
  };
}

function evaluation({ keys, log }: Sheet): Partial<Batch> {
  const read = keys.find('batch_size_val', rows) ?? keys.find('batch_size', rows);
  return read ? { evalMicro: log.set('batch.evalMicro', read) } : {};
}

/** `checkpoint_wrapper` around each layer, without re-entrance (training/activations.py). */
export function readCheckpointing({ keys, log }: Sheet): Partial<Checkpointing> {
  const on = keys.get('enable_activation_checkpointing', boolean);
  const offload = keys.get('enable_activation_offloading', boolean);
  const option = keys.find('ac_mode', oneOf({ selective: 'selective', full: 'full' })) && keys.find('ac_option', text);
  const selective = option && !/^\d+$/.test(option.value);
  const kind = !on.value ? 'none' : selective ? 'selective-op' : 'full';
  if (!on.value)
    keys.idle('enable_activation_offloading', 'offloading-needs-checkpointing', 'enable_activation_checkpointing');
  return {
    kind: log.set('checkpointing.kind', { value: kind, origin: on.origin }),
    reentrant: false,
    ...(on.value ? { offload: log.set('checkpointing.offload', offload) } : {}),
    ...(option && !selective
      ? { every: log.set('checkpointing.every', { value: Number(option.value), origin: option.origin }) }
      : {}),
  };
}

/** LinearCrossEntropyLoss has the head inside; CEWithChunkedOutputLoss has the model make all pieces of the logits first. */
export function readLoss({ log }: Sheet, loss: KeyReader | null): Partial<Loss> {
  const path = loss?.find('_component_', text);
  const name = lastName(path?.value ?? '');
  const chunked = name === 'LinearCrossEntropyLoss' || /WithChunkedOutputLoss$/.test(name);
  if (!path || !loss || !chunked)
    return { kind: path ? log.set('loss.kind', { value: 'full', origin: path.origin }) : 'full' };
  log.set('loss.kind', { value: 'chunked', origin: path.origin });
  return {
    kind: 'chunked',
    scope: 'head+loss',
    chunks: log.set('loss.chunks', loss.get('num_output_chunks', integer(1, 1e4))),
    ...(name === 'LinearCrossEntropyLoss' ? { form: 'head-inside' } : {}),
  };
}

/** `fused` and `foreach` are torch's own arguments; a class that nobody knows keeps its name, and is refused by it. */
export function readOptimizer({ keys, log }: Sheet, optimizer: KeyReader | null): Partial<Optimizer> {
  const inBackward = log.set('optimizer.inBackward', keys.get('optimizer_in_bwd', boolean));
  const path = optimizer?.find('_component_', text);
  if (!path || !optimizer) return { inBackward };
  const kept = optimizerOfClass(path.value) ?? { name: lastName(path.value).toLowerCase() };
  log.set('optimizer.name', { value: kept.name, origin: path.origin });
  const fused = optimizer.find('fused', boolean);
  const loops = optimizer.find('foreach', boolean)?.value === false;
  const implementation = fused?.value ? 'fused' : loops ? 'loop' : kept.implementation;
  if (fused && implementation) log.set('optimizer.implementation', { value: implementation, origin: fused.origin });
  const momentum = optimizer.find('momentum', decimal(0, 1));
  return {
    ...kept,
    ...(implementation && { implementation }),
    ...(momentum && { momentum: momentum.value }),
    inBackward,
  };
}
