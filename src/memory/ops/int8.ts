// bitsandbytes' LLM.int8 (bitsandbytes/autograd/_functions.py, MatMul8bitLt; backends/cuda/ops.py, backends/default/ops.py).
// No outlier columns are assumed: where there are some, their slice of the input (a few columns) stays as well.

import { borrow, type Engine, letGo } from '../engine/engine.ts';
import { label } from '../engine/sink.ts';
import { elementsOf, type Parameter, type Tensor } from '../engine/tensor.ts';
import { to } from './cast.ts';
import { cublas } from './kernels.ts';

const OUTPUT = label('8-bit linear', 'activations');
const HALF_INPUT = label('input in fp16 for its quantisation', 'temporaries');
const INPUT8 = label('8-bit input', 'temporaries');
const ROW_SCALES = label('scales of the 8-bit input', 'temporaries');
const OUTLIERS = label('search for outliers', 'temporaries');
const PRODUCT32 = label('32-bit integer product', 'temporaries');
const PRODUCT16 = label('product in fp16', 'temporaries');
const DEQUANTISED = label('de-quantised weight', 'temporaries');
const INPUT_GRADIENT = label('gradient of a linear’s input', 'temporaries');

/**
 * The input itself is an attribute of the node's context, not a saved tensor: checkpointing does not see it, and it lives
 * as long as the graph.
 */
export function linear8bit(e: Engine, x: Tensor, weight: Parameter): Tensor {
  const owned = borrow(x);
  const { dtype } = x;
  const rows = x.elements / weight.cols;
  const [input8, scales] = quantiseInput(e, x, rows);
  const out = multiply(e, weight, rows, dtype);
  e.release(input8);
  e.release(scales);
  if (e.needsGrad(x)) e.attach(x);
  e.record(out, [x], [], (b) => [inputGradient(b, weight, rows, dtype)]);
  letGo(e, x, owned);
  return out;
}

/** int8_vectorwise_quant with a threshold: the mask of outliers lives beside the result. */
function quantiseInput(e: Engine, x: Tensor, rows: number): readonly [Tensor, Tensor] {
  const half = x.dtype === 'fp16' ? e.keep(x) : e.make(x.elements, 'fp16', HALF_INPUT);
  const scales = e.make(rows, 'fp32', ROW_SCALES);
  const quantised = e.make(x.elements, 'u8', INPUT8);
  const magnitude = e.make(x.elements, 'fp16', OUTLIERS);
  const mask = e.make(x.elements, 'u8', OUTLIERS);
  e.release(magnitude);
  e.release(mask);
  e.release(half);
  return [quantised, scales];
}

/** int8_scaled_mm: integers, then fp16, then the input's type. A bias is added in place, to the fp16 product. */
function multiply(e: Engine, weight: Parameter, rows: number, dtype: Tensor['dtype']): Tensor {
  const n = rows * weight.rows;
  const integers = e.make(n, 'fp32', PRODUCT32);
  const half = e.make(n, 'fp16', dtype === 'fp16' ? OUTPUT : PRODUCT16);
  const out = to(e, half, dtype, OUTPUT);
  e.release(half);
  e.release(integers);
  return out;
}

/** `CB.to(dtype_A, copy=True).mul_(SCB / 127)`, then a product. */
function inputGradient(e: Engine, weight: Parameter, rows: number, dtype: Tensor['dtype']): Tensor {
  const dequantised = e.make(elementsOf(weight), dtype, DEQUANTISED);
  e.scratch(weight.rows * 4, DEQUANTISED);
  const gradient = e.make(rows * weight.cols, dtype, INPUT_GRADIENT);
  gradient.fresh = false;
  cublas(e);
  e.release(dequantised);
  return gradient;
}

/** int8_vectorwise_dequant as a caller's own tensor: `A * stats.view(-1, 1) * c`, in fp32. */
export function dequantised8(e: Engine, weight: Parameter): Tensor {
  const scaled = e.make(elementsOf(weight), 'fp32', DEQUANTISED);
  const out = e.make(elementsOf(weight), 'fp32', DEQUANTISED);
  e.release(scaled);
  return out;
}
