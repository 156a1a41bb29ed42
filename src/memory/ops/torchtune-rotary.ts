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
const TABLE = label('rotary table in the stream’s type', 'activations');

type Form = NonNullable<BlockTraits['turns']>['form'];
type Turn = (e: Engine, x: Tensor, tableSize: number) => Tensor;

/** RotaryPositionalEmbeddings (modules/position_embeddings.py): neighbours turn together, in fp32. `xshaped` and `x_out` are locals. */
function pairs(e: Engine, x: Tensor, tableSize: number): Tensor {
  const table = e.hollow(tableSize / 2, 'fp32');
  const shaped = to(e, x, 'fp32');
  const part = (): Tensor => mul(e, temporary(slice(e, shaped, shaped.elements / 2)), table);
  const first = minus(e, part(), part());
  const second = add(e, temporary(part()), temporary(part()));
  const out = join(e, [temporary(first), temporary(second)]);
  const result = to(e, out, x.dtype);
  e.release(out);
  e.release(shaped);
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
function halves(e: Engine, x: Tensor, tableSize: number): Tensor {
  const table = (): Tensor => (x.dtype === 'fp32' ? e.hollow(tableSize, 'fp32') : e.make(tableSize, x.dtype, TABLE));
  const [cos, sin] = [table(), table()];
  const rotated = rotateHalf(e, x);
  const out = add(e, temporary(mul(e, x, cos)), temporary(mul(e, rotated, sin)));
  for (const t of [rotated, cos, sin]) e.release(t);
  return out;
}

/** Phi3RotaryPositionalEmbeddings: fp32 tables make an fp32 sum, which is cast last. */
function halvesInFp32(e: Engine, x: Tensor, tableSize: number): Tensor {
  const table = e.hollow(tableSize, 'fp32');
  const rotated = rotateHalf(e, x);
  const sum = add(e, temporary(mul(e, x, table)), temporary(mul(e, rotated, table)));
  const out = to(e, sum, x.dtype);
  e.release(sum);
  e.release(rotated);
  return out;
}

const FORMS: Readonly<Record<Form, Turn>> = {
  pairs,
  halves,
  'halves-in-fp32': halvesInFp32,
};

/** `tableSize`: numbers in the cosines of one row. The argument is taken over. */
export function turn(e: Engine, form: Form, x: Tensor, tableSize: number): Tensor {
  const out = FORMS[form](e, x, tableSize);
  e.release(x);
  return out;
}
