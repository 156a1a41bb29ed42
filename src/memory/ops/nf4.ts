// torchao's NF4 (torchao/dtypes/nf4tensor.py, 0.9): written in Python, so packing and unpacking a matrix pass through tensors many
// times its packed size.

import { borrow, type Engine, letGo } from '../engine/engine.ts';
import { makeParameter } from '../engine/leaf.ts';
import { label } from '../engine/sink.ts';
import { type ElementType, elementsOf, type Parameter, type Tensor } from '../engine/tensor.ts';
import type { Dtype } from '../run.ts';
import type { WeightShape } from '../shape.ts';
import { cublas } from './kernels.ts';

const ORIGINAL = label('weight before it is packed', 'temporaries');
const PACKED = label('packed 4-bit weight', 'weights');
const SCALES = label('scales of packed weights', 'weights');
const CODE = label('quantisation tables', 'weights');
const STEP = label('steps of packing', 'temporaries');
const UNPACKING = label('steps of unpacking', 'temporaries');
const DEQUANTISED = label('de-quantised weight', 'temporaries');
const OUTPUT = label('4-bit linear', 'activations');
const INPUT_GRADIENT = label('gradient of a linear’s input', 'temporaries');

const BLOCK = 64;
const SCALE_BLOCK = 256;
const CODES = 16;
/** Values that are rounded at once (CHUNK_SIZE). */
const CHUNK = 2 ** 20;

/** LoRALinear.__init__ and FrozenNF4Linear.__init__: the matrix is there first. */
export function makeNf4(e: Engine, { rows, cols }: WeightShape, dtype: Dtype): Parameter {
  const original = e.make(rows * cols, dtype, ORIGINAL);
  const scaled = scale(e, rows * cols, dtype);
  const packed: Parameter['packed'] = { kind: 'torchao4', double: true };
  const weight = makeParameter(e, 'u8', PACKED, { rows, cols, trainable: false, packed });
  for (const t of [...scaled.steps, original]) e.release(t);
  return weight;
}

/** `weight.copy_(checkpoint)`: the checkpoint's matrix is packed on the card, and that copied over. */
export function copyIntoNf4(e: Engine, weight: Parameter, dtype: Dtype): void {
  const n = elementsOf(weight);
  const original = e.make(n, dtype, ORIGINAL);
  const { kept, steps } = scale(e, n, dtype);
  const packed = e.make(n / 2, 'u8', STEP);
  for (const t of [packed, ...steps, ...kept, original]) e.release(t);
}

/** NF4Tensor.from_tensor up to the packed values: what stays, and the locals of convert_to_norm_float_weight. */
function scale(
  e: Engine,
  n: number,
  dtype: Dtype,
): { readonly kept: readonly Tensor[]; readonly steps: readonly Tensor[] } {
  const blocks = n / BLOCK;
  const codes = e.make(CODES, dtype, CODE);
  scaleScales(e, n, dtype);
  const scales = [
    e.make(blocks, 'u8', SCALES),
    e.make(Math.ceil(blocks / SCALE_BLOCK), dtype, SCALES),
    e.make(1, dtype, SCALES),
  ];
  const scalers = blockMaxima(e, n, BLOCK, dtype);
  const scaled = e.make(n, dtype, STEP);
  const rounded = e.make(n, 'u8', STEP);
  for (let from = 0; from < n; from += CHUNK) roundChunk(e, Math.min(CHUNK, n - from), dtype);
  const shifted = e.make(n / 2, 'u8', STEP);
  return { kept: [codes, ...scales], steps: [shifted, rounded, scaled, scalers] };
}

/** get_block_absmax: `blocks.abs().max(dim=1).values`. */
function blockMaxima(e: Engine, n: number, block: number, dtype: Dtype): Tensor {
  const absolute = e.make(n, dtype, STEP);
  const values = e.make(n / block, dtype, STEP);
  const indices = e.make(n / block, 'i64', STEP);
  e.release(indices);
  e.release(absolute);
  return values;
}

/** double_quantize_scalers: each line a tensor of one number a block. */
function scaleScales(e: Engine, n: number, dtype: Dtype): void {
  const blocks = n / BLOCK;
  const step = (): Tensor => e.make(blocks, dtype, STEP);
  const scalers = blockMaxima(e, n, BLOCK, dtype);
  const centred = step();
  e.release(scalers);
  const maxima = blockMaxima(e, blocks, SCALE_BLOCK, dtype);
  const lines = Array.from({ length: 4 }, step);
  for (const t of [...lines, maxima, centred]) e.release(t);
}

/** quantize_tensor_nearest: the distance of each value to each code. */
function roundChunk(e: Engine, values: number, dtype: Dtype): void {
  const difference = e.make(values * CODES, dtype, STEP);
  const distance = e.make(values * CODES, dtype, STEP);
  e.release(difference);
  const nearest = e.make(values, dtype, STEP);
  const indices = e.make(values, 'i64', STEP);
  for (const t of [nearest, distance]) e.release(t);
  e.scratch(values, STEP);
  e.release(indices);
}

/** get_original_weight: every name is a local; both halves are looked up by 64-bit indices. */
export function dequantisedNf4(e: Engine, weight: Parameter, dtype: Dtype): Tensor {
  const n = elementsOf(weight);
  const half = n / 2;
  const make = (elements: number, type: ElementType): Tensor => e.make(elements, type, UNPACKING);
  const indices = (): Tensor => {
    const nibbles = make(half, 'u8');
    const long = make(half, 'i64');
    e.release(nibbles);
    return long;
  };
  const locals = [indices(), indices(), make(half, dtype), make(half, dtype)];
  const ratios = make(n / BLOCK, dtype);
  locals.push(make(n / BLOCK, dtype));
  e.release(ratios);
  for (let i = 0; i < 2; i++) {
    const repeated = make(half, dtype);
    locals.push(make(half, dtype));
    e.release(repeated);
  }
  const out = e.make(n, dtype, DEQUANTISED);
  for (const t of locals) e.release(t);
  return out;
}

/** LinearNF4: the matrix is unpacked in forward, and once more in backward. */
export function linearNf4(e: Engine, x: Tensor, weight: Parameter): Tensor {
  const owned = borrow(x);
  const dtype = x.dtype as Dtype;
  const rows = x.elements / weight.cols;
  const unpacked = dequantisedNf4(e, weight, dtype);
  const out = e.make(rows * weight.rows, dtype, OUTPUT);
  cublas(e);
  e.release(unpacked);
  e.record(out, [x], [], (b) => {
    const again = dequantisedNf4(b, weight, dtype);
    const gradient = b.make(rows * weight.cols, dtype, INPUT_GRADIENT);
    gradient.fresh = false;
    cublas(b);
    b.release(again);
    return [gradient];
  });
  letGo(e, x, owned);
  return out;
}
