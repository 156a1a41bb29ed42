// bitsandbytes' 4-bit linear: the weight is de-quantised, multiplied and thrown away, and once more in backward
// (bitsandbytes/autograd/_functions.py, MatMul4Bit; bitsandbytes/nn/modules.py, Linear4bit).

import { LT_WORKSPACE } from '../card.ts';
import { borrow, type Engine, letGo, temporary } from '../engine/engine.ts';
import { castParameter } from '../engine/leaf.ts';
import { label } from '../engine/sink.ts';
import { elementsOf, type Parameter, type Slot, type Tensor } from '../engine/tensor.ts';
import type { Dtype } from '../run.ts';
import { to } from './cast.ts';
import { dequantised8 } from './int8.ts';
import { cublas, cublasLt } from './kernels.ts';

const OUTPUT = label('4-bit linear', 'activations');
const DEQUANTISED = label('de-quantised weight', 'temporaries');
const SCALES = label('de-quantised scales', 'temporaries');
const INPUT_GRADIENT = label('gradient of a linear’s input', 'temporaries');
/** Values that share one scale (bitsandbytes/functional.py, quantize_4bit's default block). */
export const NF4_BLOCK = 64;

/**
 * GPTQ (AutoGPTQ's Triton kernels, QuantLinearFunction) and AWQ (AutoAWQ, WQLinearMMFunction): the weight is de-quantised and
 * thrown away in both directions. AWQ's function also saves its input.
 */
export function linearGrouped(e: Engine, x: Tensor, weight: Parameter, bias: Parameter | null, compute: Dtype): Tensor {
  const owned = borrow(x);
  const from = x.dtype;
  const rows = x.elements / weight.cols;
  const input = to(e, x, compute);
  const saved: Slot[] = [];
  if (weight.packed?.kind === 'awq' && e.needsGrad(input)) e.save(saved, input);
  const out = multiply(e, weight, rows, compute, bias !== null);
  e.record(out, [input], saved, (b) => [multiplyBack(b, weight, rows, compute)]);
  const result = to(e, out, from);
  e.release(out);
  e.release(input);
  letGo(e, x, owned);
  return result;
}

/** The product runs in `compute`; input and output keep the input's own type. Only the packed weight outlives the call. */
export function linear4bit(e: Engine, x: Tensor, weight: Parameter, bias: Parameter | null, compute: Dtype): Tensor {
  const owned = borrow(x);
  const from = x.dtype;
  const rows = x.elements / weight.cols;
  const input = to(e, x, compute);
  if (bias) castParameter(e, bias, compute); // `self.bias.data = self.bias.data.to(x.dtype)`: for good
  if (weight.packed?.keepsInput && e.needsGrad(input)) e.attach(input);
  const out = multiply(e, weight, rows, compute, bias !== null);
  e.record(out, [input], [], (b) => [multiplyBack(b, weight, rows, compute)]);
  const result = to(e, out, from);
  e.release(out);
  e.release(input);
  letGo(e, x, owned);
  return result;
}

/** dequantize_bnb_weight (peft/utils/integrations.py) as a caller's own tensor. */
export function dequantised(e: Engine, weight: Parameter, dtype: Dtype): Tensor {
  if (weight.packed?.kind === 'int8') return dequantised8(e, weight);
  const scales = makeScales(e, weight, 2);
  const out = e.make(elementsOf(weight), dtype, DEQUANTISED);
  for (const t of scales) e.release(t);
  return out;
}

function multiply(e: Engine, weight: Parameter, rows: number, compute: Dtype, hasBias: boolean): Tensor {
  const { kind, keepsInput } = weight.packed ?? {};
  if (kind === 'bnb4' && !keepsInput && hasOwnKernel(e, weight, rows))
    return e.make(rows * weight.rows, compute, OUTPUT);
  const scales = makeScales(e, weight, 2);
  const dequantised = keepsInput
    ? unpackedAndCast(e, weight, compute)
    : e.make(elementsOf(weight), compute, DEQUANTISED);
  const out = e.make(rows * weight.rows, compute, OUTPUT);
  if (hasBias) cublasLt(e, LT_WORKSPACE);
  else cublas(e);
  for (const t of scales) e.release(t);
  e.release(dequantised);
  return out;
}

/** `dequantize_4bit(B, state).to(dtype)`. */
function unpackedAndCast(e: Engine, weight: Parameter, compute: Dtype): Tensor {
  const unpacked = e.make(elementsOf(weight), weight.packed?.from ?? compute, DEQUANTISED);
  return to(e, temporary(unpacked), compute, DEQUANTISED);
}

function multiplyBack(e: Engine, weight: Parameter, rows: number, compute: Dtype): Tensor {
  const scales = makeScales(e, weight, 1);
  const dequantised = unpackedAndCast(e, weight, compute);
  for (const t of scales) e.release(t);
  const gradient = e.make(rows * weight.cols, compute, INPUT_GRADIENT);
  gradient.fresh = false;
  cublas(e);
  e.release(dequantised);
  return gradient;
}

/** Double quantisation: the scales themselves come back as fp32, in forward beside their sum with the offset. */
function makeScales(e: Engine, weight: Parameter, copies: number): Tensor[] {
  const count = weight.packed?.double ? copies : 0;
  return Array.from({ length: count }, () => e.make(elementsOf(weight) / NF4_BLOCK, 'fp32', SCALES));
}

/**
 * For few rows bitsandbytes multiplies the packed weight itself, by a table by card (backends/cuda/ops.py).
 * Only the part for more than 512 rows is known here.
 */
function hasOwnKernel(e: Engine, weight: Parameter, rows: number): boolean {
  const small = elementsOf(weight) < 4 << 20 && weight.cols * 2 < weight.rows;
  const fewBlocks = Math.ceil(weight.rows / 64) * 3 < e.card.multiprocessors;
  return small && rows <= (fewBlocks ? 1536 : 512);
}
