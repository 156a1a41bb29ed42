// The kinds of fields a config.json has, each with the bounds that keep hostile values out.

import * as z from 'zod/mini';
import type { ModelShape } from '../../memory/shape.ts';
import { once } from '../once.ts';

// Bounds are an order of magnitude above any published model; they keep arithmetic exact and layer lists short.
const WIDEST = 2 ** 20;
const LONGEST_VOCABULARY = 2 ** 24;
const DEEPEST = 4096;

const whole = (least: number, most: number) => {
  const error = `must be a whole number from ${least} to ${most}`;
  return z.int({ error }).check(z.minimum(least, { error }), z.maximum(most, { error }));
};

/** A width, a number of heads or of experts. */
export const size = () => whole(1, WIDEST);
export const vocabulary = () => whole(1, LONGEST_VOCABULARY);
export const depth = () => whole(1, DEEPEST);
export const count = () => whole(0, WIDEST);

/** Absent and null both mean "the class default". */
const absentOr = <T, D>(type: z.ZodMiniType<T>, fallback: D) =>
  z.pipe(
    z.nullish(type),
    z.transform((value) => value ?? fallback),
  );

export const sizeOr = (fallback: number) => absentOr(size(), fallback);
export const countOr = (fallback: number) => absentOr(count(), fallback);
export const depthOr = (fallback: number) => absentOr(depth(), fallback);
export const vocabularyOr = (fallback: number) => absentOr(vocabulary(), fallback);
export const optionalSize = () => absentOr(size(), undefined);
export const optionalDepth = () => absentOr(depth(), undefined);

/** A number of tokens: a window or a position table. */
const tokens = () => whole(1, 2 ** 30);
export const tokensOr = (fallback: number) => absentOr(tokens(), fallback);
export const optionalTokens = () => absentOr(tokens(), undefined);
/** Absent means the class default; null means what it says: no window, no low rank. */
export const windowOr = (fallback: number) => z._default(z.nullable(tokens()), fallback);
export const rankOr = (fallback: number) => z._default(z.nullable(size()), fallback);

/** A factor that null switches off: a soft cap. */
const factor = () => {
  const error = 'must be a number above 0';
  return z.number({ error }).check(z.positive({ error }));
};
export const factorOr = (fallback: number | null) => z._default(z.nullable(factor()), fallback);

const boolean = () => z.boolean({ error: 'must be true or false' });
export const flag = (fallback: boolean) => absentOr(boolean(), fallback);
export const optionalFlag = () => absentOr(boolean(), undefined);

/** A probability: of dropping a value. */
export const rateOr = <D>(fallback: D) => {
  const error = 'must be a number from 0 to 1';
  return absentOr(z.number({ error }).check(z.minimum(0, { error }), z.maximum(1, { error })), fallback);
};
export const nameOr = (fallback: string) => absentOr(z.string({ error: 'must be a name' }), fallback);

const listOf = <T>(item: z.ZodMiniType<T>, what: string) => {
  const error = `must be a list of ${what}`;
  return z.array(item, { error }).check(z.maxLength(DEEPEST, { error }));
};
export const names = () => absentOr(listOf(z.string({ error: 'must be a name' }), 'names'), undefined);
export const layerNumbersOr = <D>(fallback: D) => absentOr(listOf(count(), 'layers'), fallback);

/** A part of the file with fields of its own. */
export const section = <F extends z.core.$ZodShape>(fields: F) => z.object(fields, { error: 'must be an object' });

/** In the files, but without meaning for the family. */
export const ignored = () =>
  z.pipe(
    z.optional(z.unknown()),
    z.transform(() => undefined),
  );

const typeName = () => z.nullish(z.string({ error: 'must be the name of a type' }));
export const dtypeFields = once(() => z.object({ dtype: typeName(), torch_dtype: typeName() }));

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
