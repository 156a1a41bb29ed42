// How much of a head turns: `partial_rotary_factor`, in files of transformers 5 inside `rope_parameters`.

import * as z from 'zod/mini';
import { rateOr, section } from './fields.ts';

export const rotaryFields = () => ({
  partial_rotary_factor: rateOr(undefined),
  rope_parameters: z.nullish(section({ partial_rotary_factor: rateOr(undefined) })),
});

interface RotaryFields {
  readonly partial_rotary_factor?: number | undefined;
  readonly rope_parameters?: { readonly partial_rotary_factor?: number | undefined } | null | undefined;
}

/** `int(head_dim * factor) / head_dim`. */
export function rotaryShare(c: RotaryFields, headDim: number, classDefault: number): number {
  const factor = c.rope_parameters?.partial_rotary_factor ?? c.partial_rotary_factor ?? classDefault;
  return Math.trunc(headDim * factor) / headDim;
}
