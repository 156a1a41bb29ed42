// Which attention kernel runs, and what rows and masks reach it.
// Source: src/llamafactory/model/model_utils/attention.py, data/collator.py, data/processor/*.py, hparams/data_args.py, v0.9.5.

import type { Attention, Mask, Stage } from '../../memory/run.ts';
import type { Read } from '../key-reader.ts';
import type { NamedModel } from '../model-reference.ts';
import type { Sheet } from '../sheet.ts';
import { boolean, integer, oneOf, text } from '../value-parsers.ts';

/** The framework's five words, and those of older releases and of transformers that people write instead. */
const KERNELS = oneOf<Attention>(
  {
    auto: 'sdpa',
    sdpa: 'sdpa',
    fa2: 'flash',
    fa3: 'flash',
    disabled: 'eager',
    off: 'eager',
    false: 'eager',
    true: 'flash',
    eager: 'eager',
    flash_attention_2: 'flash',
    flash_attention_3: 'flash',
  },
  ['auto', 'disabled', 'sdpa', 'fa2', 'fa3'],
);

export function readAttention({ keys, log }: Sheet, model: NamedModel | null): Attention {
  const kernel = keys.get('flash_attn', KERNELS);
  const automatic = kernel.origin.kind === 'default' || isAuto(keys);
  // A kernel with attention sinks is asked for whatever the file says.
  if (isFamily(model, 'gpt_oss', /gpt-oss/i)) return log.infer('attention', 'flash', 'gpt-oss-flash', kernel.origin);
  // Soft-capped scores have no SDPA kernel: without flash-attention installed, `auto` falls back.
  if (automatic && isFamily(model, 'gemma2', /gemma-?2(?![0-9])/i)) {
    return log.infer('attention', 'eager', 'gemma2-eager', kernel.origin);
  }
  const shifted = keys.get('shift_attn', boolean);
  if (shifted.value) keys.note('unsupported', 'shift_attn', { field: 'attention', value: 'shifted' });
  return log.set('attention', kernel);
}

/** By the model's config.json where it is at hand, else by its name. */
function isFamily(model: NamedModel | null, type: string, name: RegExp): boolean {
  const known = model?.model.config?.model_type;
  return typeof known === 'string' ? known === type : name.test(model?.name ?? '');
}

function isAuto(keys: Sheet['keys']): boolean {
  const node = keys.entry('flash_attn')?.value;
  return node !== undefined && text.parse(node) === 'auto';
}

export interface Rows {
  readonly sequence: number;
  readonly packed: boolean;
  readonly mask: Mask;
}

/** Rows as the collator makes them. Without packing they are taken at their longest: the file cannot say how long samples are. */
export function readRows(sheet: Sheet, stage: Stage, attention: Attention): Rows {
  const { keys, log, assumed } = sheet;
  const cutoff = keys.get('cutoff_len', integer(1, 1e8));
  const neat = keys.get('neat_packing', boolean);
  const packing = keys.find('packing', boolean);
  const wish: Read<boolean> = neat.value ? neat : (packing ?? pretrainPacks(stage));
  const packed = wish.value && (stage === 'sft' || stage === 'pretrain');
  // data_args.py takes one token off when packing is asked for outright; the packer of sft puts it back, others do not.
  const asked = (packing?.value ?? false) || neat.value;
  const length = asked && stage !== 'sft' ? Math.max(1, cutoff.value - 1) : cutoff.value;
  const sequence = stage === 'pretrain' ? length : 8 * Math.ceil(length / 8);
  if (!packed) assumed.push({ field: 'batch.sequence', value: String(sequence), why: 'rows-at-cutoff' });
  log.set('batch.sequence', { value: sequence, origin: cutoff.origin });
  log.set('batch.packed', { value: packed, origin: wish.origin });
  return { sequence, packed, mask: maskOf(sheet, { neat, padded: sequence !== length, attention, cutoff }) };
}

function pretrainPacks(stage: Stage): Read<boolean> {
  const source = 'src/llamafactory/hparams/parser.py@v0.9.5';
  return { value: stage === 'pretrain', origin: { kind: 'default', source } };
}

interface MaskFacts {
  readonly neat: Read<boolean>;
  readonly padded: boolean;
  readonly attention: Attention;
  readonly cutoff: Read<number>;
}

function maskOf({ log }: Sheet, { neat, padded, attention, cutoff }: MaskFacts): Mask {
  // The collator builds the 4-D mask except for flash-attention, which takes the borders of samples instead.
  if (neat.value && attention !== 'flash') return log.set('mask', { value: 'block', origin: neat.origin });
  if (padded) return log.infer('mask', 'padded', 'padded-to-eight', cutoff.origin);
  return log.infer('mask', 'full', 'rows-full', cutoff.origin);
}
