// A convolution over one position, and columns put where they belong (aten/src/ATen/native/Convolution.cpp, Indexing.cu).

import type { Engine } from '../engine/engine.ts';
import { label } from '../engine/sink.ts';
import type { Slot, Tensor } from '../engine/tensor.ts';
import { autocast } from './cast.ts';

const OUTPUT = label('convolution', 'activations');
const GRADIENT = label('gradient of a convolution', 'temporaries');
const SPREAD = label('columns in their places', 'activations');
const INDICES = label('numbers of columns', 'activations');
const GATHERED = label('gradient of columns', 'temporaries');

/** `conv1d` with a kernel of one: saves input and weight; backward makes both gradients. */
export function pointwiseConvolution(e: Engine, x: Tensor, weight: Tensor, elements: number): Tensor {
  const input = autocast(e, x);
  const w = autocast(e, weight);
  const saved: Slot[] = [];
  if (e.needsGrad(input) || e.needsGrad(w)) for (const t of [input, w]) e.save(saved, t);
  const sizes = [input.elements, w.elements];
  const out = e.make(elements, input.dtype, OUTPUT);
  e.record(out, [input, w], saved, (b, g, wanted) =>
    sizes.map((n, i) => (wanted[i] ? b.make(n, g.dtype, GRADIENT) : null)),
  );
  e.release(input);
  e.release(w);
  return out;
}

/** `x.new_zeros(…).index_copy_(-1, index, x)`, the index a clone of the caller's: source and index are saved. */
export function spread(e: Engine, x: Tensor, elements: number, columns: number): Tensor {
  const out = e.make(elements, x.dtype, SPREAD);
  const index = e.make(columns, 'i64', INDICES);
  const saved: Slot[] = [];
  if (e.needsGrad(x)) for (const t of [x, index]) e.save(saved, t);
  const { elements: n } = x;
  e.record(out, [x], saved, (b, g) => [b.make(n, g.dtype, GATHERED)]);
  e.release(index);
  return out;
}
