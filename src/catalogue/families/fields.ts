// The kinds of fields a config.json has, each with the bounds that keep hostile values out.

import * as z from 'zod';
import type { ModelShape } from '../../memory/shape.ts';
import { once } from '../once.ts';

// Bounds are an order of magnitude above any published model; they keep arithmetic exact and layer lists short.
const WIDEST = 2 ** 20;
const LONGEST_VOCABULARY = 2 ** 24;
const DEEPEST = 4096;

const whole = (least: number, most: number) => {
  const error = `must be a whole number from ${least} to ${most}`;
  return z.int({ error }).min(least, { error }).max(most, { error });
};

/** A width, a number of heads or of experts. */
export const size = () => whole(1, WIDEST);
export const vocabulary = () => whole(1, LONGEST_VOCABULARY);
export const depth = () => whole(1, DEEPEST);
export const count = () => whole(0, WIDEST);

/** Absent and null both mean "the class default". */
export const sizeOr = (fallback: number) =>
  size()
    .nullish()
    .transform((v) => v ?? fallback);
export const countOr = (fallback: number) =>
  count()
    .nullish()
    .transform((v) => v ?? fallback);
export const vocabularyOr = (fallback: number) =>
  vocabulary()
    .nullish()
    .transform((v) => v ?? fallback);
export const optionalSize = () =>
  size()
    .nullish()
    .transform((v) => v ?? undefined);
/** A number of tokens: a window or a position table. */
export const tokens = () => whole(1, 2 ** 30);
export const optionalTokens = () =>
  tokens()
    .nullish()
    .transform((v) => v ?? undefined);

export const flag = (fallback: boolean) =>
  z
    .boolean({ error: 'must be true or false' })
    .nullish()
    .transform((v) => v ?? fallback);

export const names = () =>
  z
    .array(z.string(), { error: 'must be a list of names' })
    .max(DEEPEST)
    .nullish()
    .transform((v) => v ?? undefined);

export const dtypeFields = once(() =>
  z.object({
    dtype: z.string({ error: 'must be the name of a type' }).nullish(),
    torch_dtype: z.string({ error: 'must be the name of a type' }).nullish(),
  }),
);

const DTYPES: Readonly<Record<string, NonNullable<ModelShape['dtype']>>> = {
  float32: 'fp32',
  bfloat16: 'bf16',
  float16: 'fp16',
};

/** transformers 5 writes `dtype`, version 4 wrote `torch_dtype`. */
export function dtypeOf(config: {
  readonly dtype?: string | null | undefined;
  readonly torch_dtype?: string | null | undefined;
}): ModelShape['dtype'] {
  return DTYPES[(config.dtype ?? config.torch_dtype ?? '').replace(/^torch\./, '')];
}
