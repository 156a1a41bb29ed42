// Matrix products: linear layers and products of two activations.

import { LT_WORKSPACE } from '../card.ts';
import { borrow, type Engine, letGo } from '../engine/engine.ts';
import { around } from '../engine/module.ts';
import { type Label, label } from '../engine/sink.ts';
import { elementsOf, type Parameter, type Slot, type Tensor } from '../engine/tensor.ts';
import { autocast, WEIGHT_CAST } from './cast.ts';
import { columnSumScratch, cublas, cublasLt } from './kernels.ts';

const OUTPUT = label('linear', 'activations');
const LORA_CAST = label('adapter in autocast’s type', 'casts');
const WEIGHT_GRADIENT = label('weight gradient', 'gradients');
const BIAS_GRADIENT = label('bias gradient', 'gradients');
const INPUT_GRADIENT = label('gradient of a linear’s input', 'temporaries');
const PRODUCT = label('matmul', 'activations');
const PRODUCT_GRADIENT = label('gradient of a matmul’s input', 'temporaries');

/**
 * x [rows, in] times weight [out, in]. Autocast casts its arguments right to left: C++ evaluates bias, weight, input.
 * Saved: the input if the weight needs a gradient, the weight if the input does (derivatives.yaml, mm and addmm).
 * The input's gradient comes back through a view of 2-D, so nothing is ever added to it in place.
 */
export function linear(
  e: Engine,
  x: Tensor,
  weight: Parameter,
  bias: Parameter | null = null,
  what: Label = OUTPUT,
): Tensor {
  if (e.modules?.replacesLinear) return gatheredLinear(e, x, weight, bias, what);
  const owned = borrow(x);
  const castLabel = weight.what.term === 'adapters' ? LORA_CAST : WEIGHT_CAST;
  const b = bias && autocast(e, bias.tensor, castLabel);
  const w = autocast(e, weight.tensor, castLabel);
  const input = autocast(e, x);
  const rows = x.elements / weight.cols;
  const dtype = input.dtype;
  const saved: Slot[] = [];
  if (e.needsGrad(w)) e.save(saved, input);
  if (e.needsGrad(input)) e.save(saved, w);
  const out = e.make(rows * weight.rows, dtype, what);
  if (b) cublasLt(e, LT_WORKSPACE);
  else cublas(e);

  const weightGradient = (c: Engine): Tensor => product(c, elementsOf(weight), dtype, WEIGHT_GRADIENT);
  const inputGradient = (c: Engine): Tensor => product(c, rows * weight.cols, dtype, INPUT_GRADIENT);
  if (b) {
    e.record(
      out,
      [input, w, b],
      saved,
      (c, g, wanted) => {
        const gx = wanted[0] ? inputGradient(c) : null; // addmm: input, weight, bias
        return [gx, wanted[1] ? weightGradient(c) : null, wanted[2] ? c.keep(g) : null];
      },
      (c, g, i) => (i === 2 ? biasGradient(c, g, rows, weight.rows) : g),
    );
  } else {
    e.record(out, [input, w], saved, (c, _g, wanted) => {
      const gw = wanted[1] ? weightGradient(c) : null; // mm: weight, input
      return [wanted[0] ? inputGradient(c) : null, gw];
    });
  }
  e.release(b);
  e.release(w);
  e.release(input);
  letGo(e, x, owned);
  return out;
}

/**
 * DeepSpeed's LinearFunctionForZeroStage3, in place of F.linear: input and weight are saved whatever needs a gradient, after the
 * output was made; a saved weight is the parameter itself, which holds nothing once it is partitioned again. A recomputation
 * saves what is gathered then. The input's gradient comes first and is no view.
 */
function gatheredLinear(e: Engine, x: Tensor, weight: Parameter, bias: Parameter | null, what: Label): Tensor {
  const own = bias ? [weight, bias] : [weight];
  return around(e, own, x, (input) => {
    const { dtype } = input;
    const rows = input.elements / weight.cols;
    const out = e.make(rows * weight.rows, dtype, what);
    cublas(e);
    const inputs = [input, ...own.map((p) => p.tensor)];
    const saved: Slot[] = [];
    if (inputs.some((t) => e.needsGrad(t))) {
      e.save(saved, input);
      e.save(saved, e.recomputing ? weight.tensor : null);
      if (bias) e.save(saved, e.recomputing ? bias.tensor : null);
    }
    return e.record(out, inputs, saved, (c, _g, wanted) => {
      const gx = wanted[0] ? c.make(rows * weight.cols, dtype, INPUT_GRADIENT) : null;
      if (gx) cublas(c);
      const gw = wanted[1] ? product(c, elementsOf(weight), dtype, WEIGHT_GRADIENT) : null;
      return [gx, gw, wanted[2] ? biasGradient(c, out, rows, weight.rows) : null];
    });
  });
}

function biasGradient(e: Engine, g: Pick<Tensor, 'dtype'>, rows: number, cols: number): Tensor {
  const sum = e.make(cols, g.dtype, BIAS_GRADIENT);
  columnSumScratch(e, rows, cols);
  return sum;
}

/** The result of a product in backward: a view of the matrix that was computed. */
function product(e: Engine, elements: number, dtype: Tensor['dtype'], what: Label): Tensor {
  const t = e.make(elements, dtype, what);
  t.fresh = false;
  cublas(e);
  return t;
}

/** A batched product of two activations (attention written out). */
export function matmul(e: Engine, left: Tensor, right: Tensor, elements: number): Tensor {
  const ownedLeft = borrow(left);
  const ownedRight = borrow(right);
  const b = autocast(e, right);
  const a = autocast(e, left);
  const { dtype } = a;
  const sizes = [a.elements, b.elements] as const;
  const saved: Slot[] = [];
  if (e.needsGrad(b)) e.save(saved, a);
  if (e.needsGrad(a)) e.save(saved, b);
  const out = e.make(elements, dtype, PRODUCT);
  cublas(e);
  e.record(out, [a, b], saved, (c, _g, wanted) => {
    const gb = wanted[1] ? product(c, sizes[1], dtype, PRODUCT_GRADIENT) : null;
    return [wanted[0] ? product(c, sizes[0], dtype, PRODUCT_GRADIENT) : null, gb];
  });
  e.release(a);
  e.release(b);
  letGo(e, left, ownedLeft);
  letGo(e, right, ownedRight);
  return out;
}
