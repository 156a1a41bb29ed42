// Rows taken by number and put back: what routing tokens to experts is made of (aten/src/ATen/native/cuda: Indexing.cu, Sort.cu).

import type { Engine } from '../engine/engine.ts';
import { type Label, label } from '../engine/sink.ts';
import type { Slot, Tensor } from '../engine/tensor.ts';

const SCATTERED = label('gradient put back by row', 'temporaries');
const SORT = label('sort of indices', 'temporaries');
const SORTED = label('sorted indices', 'activations');
const SUMMED = label('sum over chosen experts', 'activations');
const EXPANDED = label('gradient repeated over chosen experts', 'temporaries');
/** Up to here torch sorts without cub (Sort.cpp, should_use_small_sort). */
const SMALL_SORT = 4096;
/** Pairs that cub sorts in one tile: 256 threads, 9 each. */
const SINGLE_TILE = 2304;
/** cub's one-sweep radix sort of pairs: a second buffer of both, 256 counters a pass, 256 look-back entries a tile. */
const SWEEP = { pair: 16, pass: 2048, tile: 1024, pairsPerTile: 4608, alignment: 511, bitsPerPass: 8 } as const;

/** `x[index]` of rows `width` wide: saves the index. Backward adds rows into zeros in an order it gets by sorting the indices. */
export function takeRows(e: Engine, x: Tensor, index: Tensor, width: number, what: Label): Tensor {
  const saved: Slot[] = [];
  if (e.needsGrad(x)) e.save(saved, index);
  const from = x.elements;
  const rows = index.elements;
  const out = e.make(rows * width, x.dtype, what);
  return e.record(out, [x], saved, (b, g) => [addRows(b, from, g.dtype, rows, from / width)]);
}

function addRows(e: Engine, elements: number, dtype: Tensor['dtype'], rows: number, into: number): Tensor {
  const gradient = e.make(elements, dtype, SCATTERED);
  const numbers = (): Tensor => e.make(rows, 'i64', SORT);
  const linear = numbers();
  const buffers = [numbers()];
  e.release(linear);
  buffers.push(numbers(), numbers(), numbers());
  if (rows > SINGLE_TILE) sortScratch(e, rows, bitsOf(into - 1));
  else e.scratch(1, SORT);
  for (const t of buffers.reverse()) e.release(t);
  return gradient;
}

/** `x[index] = rows`: in place. Backward clones the gradient to blank these rows, and takes theirs. The handle on x is taken over. */
export function putRows(e: Engine, x: Tensor, rows: Tensor, index: Tensor): Tensor {
  const { elements } = x;
  const put = rows.elements;
  const saved: Slot[] = [];
  if (e.needsGrad(x) || e.needsGrad(rows)) e.save(saved, index);
  const out = e.record(e.view(x), [x, rows], saved, (b, g, wanted) => [
    wanted[0] ? b.make(elements, g.dtype, SCATTERED) : null,
    wanted[1] ? b.make(put, g.dtype, SCATTERED) : null,
  ]);
  e.release(x);
  return out;
}

function sortScratch(e: Engine, n: number, bits: number): void {
  const passes = Math.ceil(bits / SWEEP.bitsPerPass);
  const tiles = Math.ceil(n / SWEEP.pairsPerTile);
  e.scratch(n * SWEEP.pair + passes * SWEEP.pass + tiles * SWEEP.tile + SWEEP.alignment, SORT);
}
const bitsOf = (largest: number): number => Math.floor(Math.log2(Math.max(1, largest))) + 1;

/** `torch.sort` of integers: values and the order they came from. */
export function sortNumbers(e: Engine, n: number): readonly [values: Tensor, order: Tensor] {
  const values = e.make(n, 'i64', SORTED);
  const order = e.make(n, 'i64', SORTED);
  const copy = e.make(n, 'i64', SORT);
  if (n > SMALL_SORT) sortScratch(e, n, 64);
  e.release(copy);
  return [values, order];
}

/** `x.view(tokens, k, …).sum(dim=1)`: backward repeats the gradient k times, a copy once it is seen as rows again. */
export function sumOverChosen(e: Engine, x: Tensor, k: number): Tensor {
  const { elements, dtype } = x;
  const out = e.make(elements / k, e.autocast ? 'fp32' : dtype, SUMMED); // autocast sums into fp32
  return e.record(out, [x], [], (b) => [b.make(elements, dtype, EXPANDED)]);
}
