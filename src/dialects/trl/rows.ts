// The rows that reach the model: how long, how many, packed or not, and the mask that comes with them.
// Source: trl/trainer/sft_trainer.py (collator, _prepare_dataset) 1.16.0 and 0.24.0; grpo_config.py.

import type { Attention, Batch, Mask, Stage } from '../../memory/run.ts';
import { readBatch } from '../hugging-face/schedule.ts';
import type { Read } from '../key-reader.ts';
import type { Origin } from '../reading.ts';
import type { Sheet } from '../sheet.ts';
import { boolean, integer, oneOf } from '../value-parsers.ts';
import { olderThan } from '../versions.ts';
import type { Release } from './release.ts';

const TOKENS = integer(1, 1e8);

export interface Rows {
  readonly batch: Batch;
  readonly mask: Mask;
}

export function readRows(sheet: Sheet, release: Release, stage: Stage, attention: Attention): Rows {
  const length = stage === 'grpo' ? promptAndCompletion(sheet) : longest(sheet, release);
  const packing = stage === 'sft' ? packingOf(sheet, release) : { value: 'none' as const, origin: length.origin };
  const packed = packing.value !== 'none';
  const batch = readBatch(sheet, { sequence: length.value, packed });
  sheet.log.set('batch.packed', { value: packed, origin: packing.origin });
  if (packing.value === 'one-row') return oneRow(sheet, batch, length, attention);
  if (!packed) sheet.assumed.push({ field: 'batch.sequence', value: String(length.value), why: 'rows-at-cutoff' });
  sheet.log.set('batch.sequence', length);
  return { batch, mask: sheet.log.infer('mask', 'full', 'rows-full', length.origin) };
}

/** Samples side by side in one row as long as the whole batch; without a flash kernel a mask keeps them apart. */
function oneRow({ log, assumed }: Sheet, batch: Batch, length: Read<number>, attention: Attention): Rows {
  const sequence = log.infer('batch.sequence', batch.micro * length.value, 'batch-in-one-row', length.origin);
  assumed.push({ field: 'batch.sequence', value: String(sequence), why: 'rows-at-cutoff' });
  const mask = log.infer('mask', attention === 'flash' ? 'none' : 'padded', 'batch-in-one-row', length.origin);
  const { evalMicro } = batch;
  return { batch: { ...batch, micro: 1, sequence, ...(evalMicro === undefined ? {} : { evalMicro: 1 }) }, mask };
}

/** `max_length` of all stages, or its older name. Written without a value it is no limit. */
function longest({ keys }: Sheet, { trl }: Release): Read<number> {
  const renamed = !olderThan(trl, '0.20');
  if (renamed) keys.note('unknown-key', 'max_seq_length', { suggestion: 'max_length' });
  const found = keys.find('max_length', TOKENS) ?? (renamed ? undefined : keys.find('max_seq_length', TOKENS));
  if (found) return found;
  const unlimited = keys.entry('max_length');
  const { value, origin } = keys.get('max_length', TOKENS);
  if (!unlimited) return { value, origin };
  const from: Origin = { kind: 'inferred', why: 'no-length-limit', span: unlimited.keySpan };
  return { value, origin: from };
}

/** Prompts were cut at 512 tokens until 0.27; since then nothing limits them. */
const USUAL_PROMPT = 512;
function promptAndCompletion(sheet: Sheet): Read<number> {
  const { keys, assumed } = sheet;
  const completion = keys.get('max_completion_length', TOKENS);
  const prompt = keys.find('max_prompt_length', TOKENS);
  if (!prompt) assumed.push({ field: 'batch.sequence', value: String(USUAL_PROMPT), why: 'prompt-length-unknown' });
  return { value: (prompt?.value ?? USUAL_PROMPT) + completion.value, origin: completion.origin };
}

type Packing = 'none' | 'fixed-rows' | 'one-row';
const STRATEGIES = oneOf<Packing>({ bfd: 'one-row', bfd_split: 'one-row', ffd: 'one-row', wrapped: 'fixed-rows' });

function packingOf({ keys, log }: Sheet, { trl }: Release): Read<Packing> {
  const packing = keys.find('packing', boolean);
  // run_sft.py of alignment-handbook packs whatever its recipe says.
  if (!packing && keys.has('dataset_mixer'))
    return { value: 'fixed-rows', origin: { kind: 'default', source: 'alignment-handbook scripts/run_sft.py' } };
  if (packing?.value) {
    const strategy = keys.get('packing_strategy', STRATEGIES);
    return { value: olderThan(trl, '0.19') ? 'fixed-rows' : strategy.value, origin: packing.origin };
  }
  const free = keys.get('padding_free', boolean);
  if (free.value) return { value: 'one-row', origin: free.origin };
  return { value: 'none', origin: log.fields.get('batch.packed')?.origin ?? keys.get('packing', boolean).origin };
}
