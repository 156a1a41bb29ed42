// axolotl's fused projections with adapters (src/axolotl/kernels/lora.py and quantize.py, v0.18.0: LoRA_QKV, LoRA_O, LoRA_MLP):
// one autograd function for several projections. It saves its input once, the adapters in the input's type, and in the MLP both
// halves before the activation, over which their gradients are written. Base weights are de-quantised where they are
// multiplied, and dropped at once.
// Deliberately absent: DoRA, biases of adapters, FP8 weights.

import { borrow, type Engine, letGo } from '../engine/engine.ts';
import { label } from '../engine/sink.ts';
import {
  ELEMENT_SIZE,
  type ElementType,
  elementsOf,
  type Parameter,
  type Slot,
  type Tensor,
} from '../engine/tensor.ts';
import { cublas } from '../ops/kernels.ts';
import { dropout } from '../ops/pointwise.ts';
import { NF4_BLOCK } from '../ops/quantised.ts';
import type { Plan } from '../plan.ts';
import type { Adapter, Linear } from './model.ts';

const OUTPUT = label('projection with its adapter', 'activations');
const HIDDEN = label('SwiGLU (axolotl)', 'activations');
const ADAPTER_CAST = label('adapter in the input’s type', 'casts');
const LOW = label('input times an adapter', 'temporaries');
const DEQUANTISED = label('de-quantised weight', 'temporaries');
const SCALES = label('de-quantised scales', 'temporaries');
const ADAPTER_GRADIENT = label('gradient of an adapter', 'gradients');
const INPUT_GRADIENT = label('gradient of a projection’s input', 'temporaries');

export type Adapted = Linear & { readonly lora: Adapter };
export function adapted(l: Linear): Adapted {
  const { lora } = l;
  if (!lora) throw new Error(`${l.name} has no adapter: its kernel should have been refused`);
  return { ...l, lora };
}

/** Projections of one input as one function: q, k and v, or the output projection alone. */
export function fusedProjections(e: Engine, plan: Plan, x: Tensor, linears: readonly Adapted[]): Tensor[] {
  const owned = borrow(x);
  const { elements, dtype } = x;
  const dropped = plan.lora?.dropout ? dropout(e, x) : null;
  const outs = linears.map((l) => multiply(e, x, l));
  const saved = saveAll(e, [x, dropped ?? x], linears);
  e.recordMany(outs, inputsOf(x, dropped, linears), saved, (b) => {
    const adapters = linears.map((l) => adapterGradients(b, l, elements / l.weight.cols, dtype));
    const gx = inputGradient(b, linears, elements, dtype);
    // LoRA_O scales its product in another tensor.
    const unscaled = dropped && linears.length === 1 ? b.make(elements, dtype, INPUT_GRADIENT) : null;
    const gDropped = dropped ? [b.make(elements, dtype, INPUT_GRADIENT)] : [];
    for (const t of [unscaled, ...adapters.map(({ low }) => low)]) b.release(t);
    return [gx, ...gDropped, ...adapters.flatMap(({ gradients }) => gradients)];
  });
  e.release(dropped);
  letGo(e, x, owned);
  return outs;
}

/** `down(silu(gate(x)) * up(x))` as one function; the input of the last projection is never dropped. */
export function fusedMlpWithAdapters(
  e: Engine,
  plan: Plan,
  x: Tensor,
  { gate, up, down }: Readonly<Record<'gate' | 'up' | 'down', Adapted>>,
): Tensor {
  const owned = borrow(x);
  const { elements, dtype } = x;
  const rows = elements / gate.weight.cols;
  const dropped = plan.lora?.dropout ? dropout(e, x) : null;
  const halves = [multiply(e, x, gate), multiply(e, x, up)];
  const hidden = e.make(rows * gate.weight.rows, dtype, HIDDEN);
  const out = multiply(e, hidden, down);
  const saved = saveAll(e, [x, dropped ?? x, ...halves], [gate, up, down]);
  e.recordMany([out], inputsOf(x, dropped, [gate, up, down]), saved, (b) => {
    const gHidden = multiply(b, { elements: rows * down.weight.rows, dtype }, turned(down));
    const last = adapterGradients(b, down, rows, dtype);
    const second = adapterGradients(b, up, rows, dtype);
    const first = adapterGradients(b, gate, rows, dtype);
    const gx = inputGradient(b, [up, gate], elements, dtype);
    const gDropped = dropped ? [b.make(elements, dtype, INPUT_GRADIENT)] : [];
    for (const t of [gHidden, last.low, second.low, first.low]) b.release(t);
    return [gx, ...gDropped, ...first.gradients, ...second.gradients, ...last.gradients];
  });
  for (const t of [...halves, hidden, dropped]) e.release(t);
  letGo(e, x, owned);
  return out;
}

type Sized = Pick<Tensor, 'elements' | 'dtype'>;
type Product = Pick<Adapted, 'weight'> & { readonly inner: number; readonly outer: number; readonly lora: Adapter };

/** matmul_lora: the base product, then the adapter's, added in place. */
function multiply(e: Engine, x: Sized, l: Adapted | Product): Tensor {
  const { inner, outer } = 'inner' in l ? l : { inner: l.weight.cols, outer: l.weight.rows };
  const rows = x.elements / inner;
  const base = dequantised(e, l.weight, x.dtype);
  const out = e.make(rows * outer, x.dtype, OUTPUT);
  cublas(e);
  e.release(base);
  const [a, b] = 'inner' in l ? [null, null] : [inType(e, l.lora.a, x.dtype), inType(e, l.lora.b, x.dtype)];
  const low = e.make(rows * l.lora.a.rows, x.dtype, LOW);
  cublas(e);
  cublas(e);
  for (const t of [low, a, b]) e.release(t);
  return out;
}

/** The product with the transposed weight, whose adapters are in the input's type already. */
const turned = ({ weight, lora }: Adapted): Product => ({ weight, lora, inner: weight.rows, outer: weight.cols });

/** A plain weight is multiplied as it is. */
function dequantised(e: Engine, weight: Parameter, dtype: ElementType): Tensor | null {
  if (!weight.packed) return null;
  const out = e.make(elementsOf(weight), dtype, DEQUANTISED);
  if (weight.packed.double) e.scratch((ELEMENT_SIZE.fp32 * elementsOf(weight)) / NF4_BLOCK, SCALES);
  return out;
}

const inType = (e: Engine, p: Parameter, dtype: ElementType): Tensor =>
  p.tensor.dtype === dtype ? e.keep(p.tensor) : e.make(elementsOf(p), dtype, ADAPTER_CAST);

const parametersOf = (linears: readonly Adapted[]): Parameter[] => linears.flatMap(({ lora }) => [lora.a, lora.b]);

const inputsOf = (x: Tensor, dropped: Tensor | null, linears: readonly Adapted[]): Tensor[] => [
  x,
  ...(dropped ? [dropped] : []),
  ...parametersOf(linears).map((p) => p.tensor),
];

/** save_for_backward, once the outputs are there. */
function saveAll(e: Engine, tensors: readonly Tensor[], linears: readonly Adapted[]): Slot[] {
  const casts = parametersOf(linears).map((p) => inType(e, p, tensors[0]?.dtype ?? 'bf16'));
  const saved: Slot[] = [];
  if (e.grad) for (const t of [...tensors, ...casts]) e.save(saved, t);
  for (const t of casts) e.release(t);
  return saved;
}

interface AdapterGradients {
  /** The output's gradient times B: used again for the input's gradient. */
  readonly low: Tensor;
  readonly gradients: readonly Tensor[];
}

function adapterGradients(e: Engine, { lora }: Adapted, rows: number, dtype: ElementType): AdapterGradients {
  const low = e.make(rows * lora.a.rows, dtype, LOW);
  cublas(e);
  const gradients = [lora.a, lora.b].map((p) => ({ ...e.make(elementsOf(p), dtype, ADAPTER_GRADIENT), fresh: false }));
  cublas(e);
  const other = e.make(rows * lora.a.rows, dtype, LOW);
  cublas(e);
  cublas(e);
  e.release(other);
  return { low, gradients };
}

/** The first product makes it, the others are added in place, each beside its own de-quantised weight. */
function inputGradient(e: Engine, linears: readonly Adapted[], elements: number, dtype: ElementType): Tensor {
  let gradient: Tensor | null = null;
  for (const { weight } of linears) {
    const base = dequantised(e, weight, dtype);
    gradient ??= e.make(elements, dtype, INPUT_GRADIENT);
    cublas(e);
    e.release(base);
  }
  if (!gradient) throw new Error('a fused projection has at least one weight');
  gradient.fresh = false;
  return gradient;
}
