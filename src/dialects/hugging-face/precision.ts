// The type a run of the Trainer computes in (`bf16`, `fp16`), and what DeepSpeed's engine makes of it.

import type { Autocast, Weights } from '../../memory/run.ts';
import type { Read } from '../key-reader.ts';
import type { Sheet } from '../sheet.ts';
import { boolean } from '../value-parsers.ts';

export type Half = 'bf16' | 'fp16';

/** `none`: everything is computed in the type of the weights. */
export function readHalf({ keys }: Sheet): Read<Autocast> {
  const [bf16, fp16] = [keys.get('bf16', boolean), keys.get('fp16', boolean)];
  // Where bf16 is on by default, fp16 turns it off.
  if (bf16.value && !(bf16.origin.kind === 'default' && fp16.value)) return { value: 'bf16', origin: bf16.origin };
  return fp16.value ? { value: 'fp16', origin: fp16.origin } : { value: 'none', origin: bf16.origin };
}

/** The engine turns the whole model into 16 bits and keeps fp32 masters in its optimizer; autocast has no part in it. */
export function castByEngine({ log }: Sheet, half: Read<Half>): Pick<Weights, 'dtype' | 'master'> {
  log.infer('autocast', 'none', 'deepspeed-casts', half.origin);
  return { dtype: log.infer('weights.dtype', half.value, 'deepspeed-casts', half.origin), master: 'fp32' };
}
