// Element by element: sums, products, activations, dropout (tools/autograd/derivatives.yaml).

import { type Engine, temporary } from '../engine/engine.ts';
import { type Label, label } from '../engine/sink.ts';
import { promote, type Slot, type Tensor } from '../engine/tensor.ts';
import { columnSumScratch } from './kernels.ts';

const ADD = label('add', 'activations');
const MUL = label('product', 'activations');
const SCALE = label('scaling', 'activations');
const SILU = label('silu', 'activations');
const DROPOUT = label('dropout', 'activations');
const DROPOUT_MASK = label('dropout mask', 'activations');
const CLONE = label('input of an operation in place', 'activations');
const GRADIENT = label('gradient', 'temporaries');
const SUMMED_GRADIENT = label('gradient summed over a broadcast', 'temporaries');
const WEIGHT_GRADIENT = label('norm weight gradient', 'gradients');

/** Saves nothing; both gradients are the incoming one, summed where that side was broadcast. */
export function add(e: Engine, a: Tensor, b: Tensor): Tensor {
  const sizes = [a.elements, b.elements] as const;
  const n = Math.max(...sizes);
  return e.record(
    e.make(n, promote(a.dtype, b.dtype), ADD),
    [a, b],
    [],
    (c, g, wanted) => [wanted[0] ? c.keep(g) : null, wanted[1] ? c.keep(g) : null],
    sizes[0] === sizes[1] ? null : (c, g, i) => (sizes[i] === n ? g : c.make(sizes[i] ?? n, g.dtype, SUMMED_GRADIENT)),
  );
}

/** `a - b`, of one size: b's gradient is the negative. */
export function subtract(e: Engine, a: Tensor, b: Tensor): Tensor {
  return e.record(e.make(a.elements, promote(a.dtype, b.dtype), ADD), [a, b], [], (c, g, wanted) => {
    const negative = wanted[1] ? c.make(g.elements, g.dtype, GRADIENT) : null;
    return [wanted[0] ? c.keep(g) : null, negative];
  });
}

/** `a += b`: a's storage and type stay. The caller's handle on `a` is taken over. */
export function addInPlace(e: Engine, a: Tensor, b: Tensor): Tensor {
  const out = e.view(a);
  e.record(out, [a, b], [], (c, g, wanted) => [wanted[0] ? c.keep(g) : null, wanted[1] ? c.keep(g) : null]);
  e.release(a);
  return out;
}

/**
 * How the smaller side is broadcast: `row`: a statistic a row; `col`: a weight a column; `none`: equal shapes, or a constant
 * table (cos, sin) that needs no gradient.
 */
export type Broadcast = 'none' | 'row' | 'left-row' | 'col';

/** Saves the other side of whatever needs a gradient. Generated code computes `other` first. */
export function mul(e: Engine, a: Tensor, b: Tensor, broadcast: Broadcast = 'none'): Tensor {
  const saved: Slot[] = [];
  const n = Math.max(a.elements, b.elements);
  const dtype = promote(a.dtype, b.dtype);
  if (e.needsGrad(b)) e.save(saved, a);
  if (e.needsGrad(a)) e.save(saved, b);
  const out = e.make(n, dtype, MUL);
  const sizes = [a.elements, b.elements] as const;
  return e.record(
    out,
    [a, b],
    saved,
    (c, _g, wanted) => {
      const other = wanted[1] ? c.make(n, dtype, GRADIENT) : null;
      return [wanted[0] ? c.make(n, dtype, GRADIENT) : null, other];
    },
    broadcast === 'none' ? null : (c, g, i) => reduceBroadcast(c, g, i, broadcast, sizes),
  );
}

function reduceBroadcast(
  e: Engine,
  g: Tensor,
  i: number,
  broadcast: Broadcast,
  sizes: readonly [number, number],
): Tensor {
  const size = sizes[i === 0 ? 0 : 1];
  if (size === Math.max(...sizes)) return g;
  if (broadcast === 'row') return e.make(size, g.dtype, SUMMED_GRADIENT);
  const sum = e.make(size, g.dtype, WEIGHT_GRADIENT);
  columnSumScratch(e, g.elements / size, size);
  return sum;
}

/** Times a Python number: it is no tensor, so nothing is saved. */
export function scale(e: Engine, x: Tensor, what: Label = SCALE): Tensor {
  return e.record(e.make(x.elements, x.dtype, what), [x], [], (c, g) => [c.make(g.elements, g.dtype, GRADIENT)]);
}

/** `x - 1`: saves nothing, and the gradient passes unchanged. */
export function minusNumber(e: Engine, x: Tensor): Tensor {
  return e.record(e.make(x.elements, x.dtype, SCALE), [x], [], (c, g) => [c.keep(g)]);
}

/** `x / c` where c needs no gradient. */
export function divideByConstant(e: Engine, x: Tensor, c: Tensor): Tensor {
  const saved: Slot[] = [];
  if (e.needsGrad(x)) e.save(saved, c);
  const out = e.make(x.elements, promote(x.dtype, c.dtype), MUL);
  return e.record(out, [x, c], saved, (b, g) => [b.make(g.elements, g.dtype, GRADIENT), null]);
}

/** Saves its input. */
export function silu(e: Engine, x: Tensor): Tensor {
  const saved: Slot[] = [];
  if (e.needsGrad(x)) e.save(saved, x);
  return e.record(e.make(x.elements, x.dtype, SILU), [x], saved, (c, g) => [c.make(g.elements, g.dtype, GRADIENT)]);
}

/** Saves its result. */
function tanh(e: Engine, x: Tensor, what: Label): Tensor {
  const saved: Slot[] = [];
  const out = e.make(x.elements, x.dtype, what);
  if (e.needsGrad(x)) e.save(saved, out);
  return e.record(out, [x], saved, (c, g) => [c.make(g.elements, g.dtype, GRADIENT)]);
}

/** `tanh(x / cap) * cap`, a line each: every result replaces the one before it. */
export function softcap(e: Engine, x: Tensor, what: Label): Tensor {
  return scale(e, temporary(tanh(e, temporary(scale(e, x, what)), what)), what);
}

/** native_dropout: the mask comes first and is all that is saved. */
export function dropout(e: Engine, x: Tensor): Tensor {
  const saved: Slot[] = [];
  const mask = e.make(x.elements, 'u8', DROPOUT_MASK);
  const out = e.make(x.elements, x.dtype, DROPOUT);
  if (e.needsGrad(x)) e.save(saved, mask);
  e.record(out, [x], saved, (c, g) => [c.make(g.elements, g.dtype, GRADIENT)]);
  e.release(mask);
  return out;
}

/** A node that only copies: its gradient passes unchanged. */
export function clone(e: Engine, x: Tensor, what: Label): Tensor {
  return e.record(e.make(x.elements, x.dtype, what), [x], [], (c, g) => [c.keep(g)]);
}

/** `x.clamp(min, max)`: saves its input. Backward makes a mask a bound and the gradient. */
export function clamp(e: Engine, x: Tensor, bounds: 1 | 2): Tensor {
  const { elements, dtype } = x;
  const saved: Slot[] = [];
  if (e.needsGrad(x)) e.save(saved, x);
  return e.record(e.make(elements, dtype, SCALE), [x], saved, (c, g) => {
    const masks = Array.from({ length: bounds }, () => c.make(elements, 'u8', GRADIENT));
    const gradient = c.make(elements, g.dtype, GRADIENT);
    for (const t of masks) c.release(t);
    return [gradient];
  });
}

/**
 * `x.clamp_(min, max)`: backward needs the input, so it is cloned before it is overwritten. Backward makes two masks and the
 * gradient. The argument is taken over.
 */
export function clampInPlace(e: Engine, x: Tensor): Tensor {
  const n = x.elements;
  const saved: Slot[] = [];
  if (e.needsGrad(x)) {
    const original = e.make(n, x.dtype, CLONE);
    e.save(saved, original);
    e.release(original);
  }
  return e.record(e.view(x), [temporary(x)], saved, (c, g) => {
    const masks = [c.make(n, 'u8', GRADIENT), c.make(n, 'u8', GRADIENT)];
    const gradient = c.make(n, g.dtype, GRADIENT);
    for (const t of masks) c.release(t);
    return [gradient];
  });
}
