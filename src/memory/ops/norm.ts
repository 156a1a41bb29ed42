// RMSNorm written in Python, line by line.

import { borrow, type Engine, letGo, temporary } from '../engine/engine.ts';
import { label } from '../engine/sink.ts';
import type { Parameter, Slot, Tensor } from '../engine/tensor.ts';
import { to } from './cast.ts';
import { mul } from './pointwise.ts';

const INPUT = label('norm input in fp32', 'activations');
const NORMALISED = label('normalised input in its own type', 'activations');
const SQUARE = label('square', 'activations');
const MEAN = label('mean of squares', 'activations');
const CENTRED = label('input less its mean', 'activations');
const RSQRT = label('reciprocal root', 'activations');
const WEIGHT = label('norm weight in fp32', 'activations');
const WEIGHT_GRADIENT = label('norm weight gradient', 'gradients');
const GRADIENT = label('gradient', 'temporaries');

/** `x.pow(2)`: saves its input; backward makes x, 2x and the product. */
function square(e: Engine, x: Tensor): Tensor {
  const saved: Slot[] = [];
  if (e.needsGrad(x)) e.save(saved, x);
  return e.record(e.make(x.elements, 'fp32', SQUARE), [x], saved, (b, g) => [threeOf(b, g.elements)]);
}

/** `x - mean`, a number a row: saves nothing. */
function minusMean(e: Engine, x: Tensor, mean: Tensor): Tensor {
  const sizes = [x.elements, mean.elements] as const;
  return e.record(
    e.make(sizes[0], 'fp32', CENTRED),
    [x, mean],
    [],
    (b, g, wanted) => [wanted[0] ? b.keep(g) : null, wanted[1] ? b.make(sizes[0], 'fp32', GRADIENT) : null],
    (b, g, i) => (i === 1 ? b.make(sizes[1], 'fp32', GRADIENT) : g),
  );
}

/** `x.mean(-1, keepdim=True)`: saves sizes only. */
function rowMean(e: Engine, x: Tensor, rows: number): Tensor {
  const n = x.elements;
  return e.record(e.make(rows, 'fp32', MEAN), [x], [], (b) => [b.make(n, 'fp32', GRADIENT)]);
}

/** `torch.rsqrt(x + eps)`: the sum is a temporary; rsqrt saves its result. */
function rsqrtPlusEps(e: Engine, variance: Tensor): Tensor {
  const rows = variance.elements;
  const sum = e.record(e.make(rows, 'fp32', MEAN), [variance], [], (b, g) => [b.keep(g)]);
  const out = e.make(rows, 'fp32', RSQRT);
  const saved: Slot[] = [];
  if (e.needsGrad(sum)) e.save(saved, out);
  return e.record(out, [temporary(sum)], saved, (b) => [threeOf(b, rows)]);
}

/** Two intermediate results, then the gradient. */
function threeOf(e: Engine, elements: number): Tensor {
  const first = e.make(elements, 'fp32', GRADIENT);
  const second = e.make(elements, 'fp32', GRADIENT);
  const gradient = e.make(elements, 'fp32', GRADIENT);
  e.release(second);
  e.release(first);
  return gradient;
}

/**
 * LlamaRMSNorm.forward (transformers, models/llama/modeling_llama.py): `variance` is a local to the end; the normalised
 * input goes back to the input's type before the weight multiplies it. Olmo2RMSNorm casts the product instead.
 */
export function rmsNorm(e: Engine, x: Tensor, weight: Parameter, castsLast = false): Tensor {
  const owned = borrow(x);
  const rows = x.elements / weight.cols;
  const h = to(e, x, 'fp32', INPUT);
  const variance = rowMean(e, temporary(square(e, h)), rows);
  const y = mul(e, h, temporary(rsqrtPlusEps(e, variance)), 'row');
  e.release(h);
  const out = castsLast
    ? to(e, temporary(mul(e, weight.tensor, y, 'col')), x.dtype, NORMALISED)
    : mul(e, weight.tensor, temporary(to(e, y, x.dtype, NORMALISED)), 'col');
  e.release(y);
  e.release(variance);
  letGo(e, x, owned);
  return out;
}

/**
 * RMSNorm.forward of MiniMind (model/model_minimind.py): everything in one expression, so nothing is a local.
 * MiniMind 3 multiplies by the weight in fp32 and casts then; MiniMind 2 casts first.
 */
export function miniMindNorm(e: Engine, x: Tensor, weight: Parameter, castsFirst: boolean): Tensor {
  const owned = borrow(x);
  const h = to(e, x, 'fp32', INPUT); // the argument of norm(): alive until it returns
  const variance = rowMean(e, temporary(square(e, h)), x.elements / weight.cols);
  const y = mul(e, h, temporary(rsqrtPlusEps(e, temporary(variance))), 'row');
  e.release(h);
  const out = castsFirst
    ? mul(e, weight.tensor, temporary(to(e, temporary(y), x.dtype, NORMALISED)), 'col')
    : to(e, temporary(mul(e, weight.tensor, temporary(y), 'col')), x.dtype, NORMALISED);
  letGo(e, x, owned);
  return out;
}

/** GemmaRMSNorm.forward: `x * (1 + w)` in fp32, then `.type_as(x)`. */
export function onePlusNorm(e: Engine, x: Tensor, weight: Parameter): Tensor {
  const owned = borrow(x);
  const h = to(e, x, 'fp32', INPUT); // the argument of _norm(): alive until it returns
  const variance = rowMean(e, temporary(square(e, h)), x.elements / weight.cols);
  const y = mul(e, h, temporary(rsqrtPlusEps(e, temporary(variance))), 'row');
  e.release(h);
  const product = mul(e, temporary(y), temporary(onePlus(e, weight)), 'col');
  const out = to(e, product, x.dtype, NORMALISED);
  e.release(product);
  letGo(e, x, owned);
  return out;
}

/** `1.0 + self.weight.float()`: the sum saves nothing. */
function onePlus(e: Engine, weight: Parameter): Tensor {
  const { elements } = weight.tensor;
  return e.record(e.make(elements, 'fp32', WEIGHT), [temporary(weightInFp32(e, weight))], [], (b, g) => [b.keep(g)]);
}

/** `self.weight.float()`: the cast gives a gradient in the weight's own type. */
function weightInFp32(e: Engine, { tensor }: Parameter): Tensor {
  const { dtype, elements } = tensor;
  if (dtype === 'fp32') return e.keep(tensor);
  return e.record(e.make(elements, 'fp32', WEIGHT), [tensor], [], (b) => [b.make(elements, dtype, WEIGHT_GRADIENT)]);
}

/**
 * torchtune's RMSNorm of 0.6: F.rms_norm over `x.float()`, then a cast back. Until a fused kernel took its place F.rms_norm was made
 * of other operations (aten/src/ATen/native/layer_norm.cpp, rms_norm_symint, torch 2.6), which let go of each result at once.
 */
export function compositeNorm(e: Engine, x: Tensor, weight: Parameter): Tensor {
  const owned = borrow(x);
  const h = to(e, x, 'fp32', INPUT); // the argument of rms_norm(): alive until the cast
  const y = mul(e, h, temporary(rsqrtOfMean(e, h, weight)), 'row');
  const product = mul(e, temporary(y), weight.tensor, 'col');
  e.release(h);
  const out = to(e, temporary(product), x.dtype, NORMALISED);
  letGo(e, x, owned);
  return out;
}

/** torchtune's RMSNorm of 0.7: `x_fp32` and `x_normed` are locals to the end. */
export function spelledNorm(e: Engine, x: Tensor, weight: Parameter): Tensor {
  const owned = borrow(x);
  const h = to(e, x, 'fp32', INPUT);
  const y = mul(e, h, temporary(rsqrtOfMean(e, h, weight)), 'row');
  const cast = to(e, temporary(y), x.dtype, NORMALISED);
  const out = mul(e, cast, weight.tensor, 'col');
  e.release(cast);
  e.release(h);
  letGo(e, x, owned);
  return out;
}

const rsqrtOfMean = (e: Engine, h: Tensor, { cols }: Parameter): Tensor =>
  rsqrtPlusEps(e, temporary(rowMean(e, temporary(square(e, h)), h.elements / cols)));

/** CohereLayerNorm.forward: `width` numbers share a mean; the weight may cover several such groups (all heads). */
export function meanNorm(e: Engine, x: Tensor, weight: Parameter, width: number): Tensor {
  const owned = borrow(x);
  const rows = x.elements / width;
  const h = to(e, x, 'fp32', INPUT);
  const mean = rowMean(e, h, rows);
  const variance = rowMean(e, temporary(square(e, temporary(minusMean(e, h, mean)))), rows);
  const centred = minusMean(e, h, mean);
  const y = mul(e, temporary(centred), temporary(rsqrtPlusEps(e, variance)), 'row');
  e.release(h);
  const product = mul(e, temporary(weightInFp32(e, weight)), y, 'col');
  e.release(y);
  const out = to(e, product, x.dtype, NORMALISED);
  for (const t of [product, mean, variance]) e.release(t);
  letGo(e, x, owned);
  return out;
}

/** RMSNorm.forward of LitGPT (litgpt/model.py): `x * x`, not a power; every name is a local; the product is fp32. */
export function fullPrecisionNorm(e: Engine, x: Tensor, weight: Parameter, addsOne: boolean): Tensor {
  const owned = borrow(x);
  const h = to(e, x, 'fp32', INPUT);
  const mean = rowMean(e, temporary(mul(e, h, h)), x.elements / weight.cols);
  const y = mul(e, h, temporary(rsqrtPlusEps(e, mean)), 'row');
  const w = addsOne ? plusOne(e, weight.tensor) : e.keep(weight.tensor);
  const product = mul(e, y, temporary(to(e, w, 'fp32', WEIGHT)), 'col');
  const out = to(e, temporary(product), x.dtype, NORMALISED);
  for (const t of [h, mean, y, w]) e.release(t);
  letGo(e, x, owned);
  return out;
}

/** `1 + self.weight`: saves nothing. */
const plusOne = (e: Engine, x: Tensor): Tensor =>
  e.record(e.make(x.elements, x.dtype, WEIGHT), [x], [], (b, g) => [b.keep(g)]);
