// Rotary positions as torchtune writes them: a module called with one tensor, whose tables are slices of a buffer.

import { type Engine, temporary } from '../engine/engine.ts';
import { label } from '../engine/sink.ts';
import type { Tensor } from '../engine/tensor.ts';
import type { BlockTraits } from '../shape.ts';
import { to } from './cast.ts';
import { add, mul } from './pointwise.ts';
import { rotateHalf } from './rotary.ts';
import { join, slice } from './slice.ts';

const DIFFERENCE = label('difference', 'activations');
const NEGATED = label('negated gradient', 'temporaries');
const GATHERED = label('rotary table of restarting positions', 'activations');
const TABLE = label('rotary table in the stream’s type', 'activations');

type Form = NonNullable<BlockTraits['turns']>['form'];

/** The cosines a call multiplies by. */
export interface TableSlice {
  readonly numbers: number;
  /** Rows restart their positions (packed samples): the slice is gathered for each call, else it is a view of the buffer. */
  readonly gathered: boolean;
}
type Turn = (e: Engine, x: Tensor, table: TableSlice) => Tensor;

/** `cache[:length]`, or `cache[input_pos]`; `times`: cosines and sines for each number of a head, or for every other. */
const bothTables = (e: Engine, { numbers, gathered }: TableSlice, times: 1 | 2): Tensor =>
  gathered ? e.make(numbers * times, 'fp32', GATHERED) : e.hollow(numbers * times, 'fp32');

/** RotaryPositionalEmbeddings (modules/position_embeddings.py): neighbours turn together, in fp32. `xshaped` and `x_out` are locals. */
function pairs(e: Engine, x: Tensor, from: TableSlice): Tensor {
  const table: Tensor = { ...bothTables(e, from, 1), elements: from.numbers / 2 };
  const shaped = to(e, x, 'fp32');
  const part = (): Tensor => mul(e, temporary(slice(e, shaped, shaped.elements / 2)), table);
  const first = minus(e, part(), part());
  const second = add(e, temporary(part()), temporary(part()));
  const out = join(e, [temporary(first), temporary(second)]);
  const result = to(e, out, x.dtype);
  for (const t of [out, shaped, table]) e.release(t);
  return result;
}

/** `a - b`: both are the expression's temporaries; b's gradient is a tensor of its own. */
function minus(e: Engine, a: Tensor, b: Tensor): Tensor {
  const n = a.elements;
  const out = e.make(n, a.dtype, DIFFERENCE);
  return e.record(out, [temporary(a), temporary(b)], [], (c, g, wanted) => [
    wanted[0] ? c.keep(g) : null,
    wanted[1] ? c.make(n, g.dtype, NEGATED) : null,
  ]);
}

/** Qwen2RotaryPositionalEmbeddings: the tables are cast at each call; they and the rotated half are locals. */
function halves(e: Engine, x: Tensor, from: TableSlice): Tensor {
  const both = bothTables(e, from, 2);
  const part = (): Tensor => ({ ...e.view(both), elements: from.numbers });
  const [cos, sin] = [to(e, temporary(part()), x.dtype, TABLE), to(e, temporary(part()), x.dtype, TABLE)];
  const rotated = rotateHalf(e, x);
  const out = add(e, temporary(mul(e, x, cos)), temporary(mul(e, rotated, sin)));
  for (const t of [rotated, cos, sin, both]) e.release(t);
  return out;
}

/** Phi3RotaryPositionalEmbeddings: fp32 tables make an fp32 sum, which is cast last. */
function halvesInFp32(e: Engine, x: Tensor, from: TableSlice): Tensor {
  const table: Tensor = { ...bothTables(e, from, 2), elements: from.numbers };
  const rotated = rotateHalf(e, x);
  const sum = add(e, temporary(mul(e, x, table)), temporary(mul(e, rotated, table)));
  const out = to(e, sum, x.dtype);
  for (const t of [sum, rotated, table]) e.release(t);
  return out;
}

const FORMS: Readonly<Record<Form, Turn>> = {
  pairs,
  halves,
  'halves-in-fp32': halvesInFp32,
};

/** The argument is taken over. */
export function turn(e: Engine, form: Form, x: Tensor, table: TableSlice): Tensor {
  const out = FORMS[form](e, x, table);
  e.release(x);
  return out;
}
