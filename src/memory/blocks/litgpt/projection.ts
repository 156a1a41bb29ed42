// LitGPT's linear layers: plain or packed, with LoRA (litgpt/lora.py), with a bias and a scale (litgpt/adapter_v2.py).

import { borrow, type Engine, letGo, temporary } from '../../engine/engine.ts';
import type { Parameter, Tensor } from '../../engine/tensor.ts';
import { linear } from '../../ops/linear.ts';
import { add, addInPlace, dropout, mul, scale } from '../../ops/pointwise.ts';
import { pointwiseConvolution, spread } from '../../ops/pointwise-convolution.ts';
import { linear4bit } from '../../ops/quantised.ts';
import { splitHeads } from '../../ops/rotary.ts';
import { concatenate, split, viewed } from '../../ops/split.ts';
import { lastPart, type Plan } from '../../plan.ts';
import type { Adapter, Linear } from '../model.ts';

/** The fused matrix of queries, keys and values. */
export const FUSED = 'qkv';

/** The outputs of a layer that LoRA adapts, part by part: of the fused one up to three. */
export function adaptedRows(plan: Plan, name: string, rows: number): number[] {
  const targets = plan.lora?.targets ?? new Set();
  if (name !== FUSED) return targets.has(lastPart(name)) ? [rows] : [];
  const dims = plan.model.kinds[0]?.attention;
  if (!dims) throw new Error('the block program needs attention dimensions');
  const [query, key] = [dims.heads * dims.headDim, dims.kvHeads * dims.headDim];
  return [
    ...(targets.has('q_proj') ? [query] : []),
    ...(targets.has('k_proj') ? [key] : []),
    ...(targets.has('v_proj') ? [key] : []),
  ];
}

/** `cut`: the input is a part of every row, which no plain product with a bias takes: it is added afterwards, in place. */
export function project(e: Engine, plan: Plan, x: Tensor, l: Linear, cut = false): Tensor {
  const owned = borrow(x);
  const base = baseOutput(e, plan, x, l, cut);
  const out = refine(e, plan, x, base, l);
  letGo(e, x, owned);
  return out;
}

function baseOutput(e: Engine, plan: Plan, x: Tensor, { weight, bias }: Linear, cut: boolean): Tensor {
  if (weight.packed) return linear4bit(e, x, weight, bias, plan.compute);
  if (!cut || !bias) return linear(e, x, weight, bias);
  return addInPlace(e, linear(e, x, weight), bias.tensor);
}

/** Adds what the method adds to the output of the frozen matrix, which is taken over. */
function refine(e: Engine, plan: Plan, x: Tensor, base: Tensor, l: Linear): Tensor {
  if (l.rescaling) {
    const shifted = add(e, temporary(base), l.rescaling.bias.tensor);
    return mul(e, l.rescaling.scale.tensor, temporary(shifted), 'col');
  }
  if (!l.lora) return base;
  const locals = (l.name === FUSED ? fusedDelta : delta)(e, plan, x, l, l.lora);
  const out = add(e, base, locals[0]);
  for (const t of [base, ...locals]) e.release(t);
  return out;
}

/** What adapters add, and the locals that live as long. */
type Delta = readonly [lora: Tensor, ...held: Tensor[]];

const dropped = (e: Engine, plan: Plan, x: Tensor): Tensor =>
  plan.lora?.dropout && e.grad ? temporary(dropout(e, x)) : x;

/** LoRALinear: `(lora_dropout(x) @ A.T @ B.T) * scaling`. */
function delta(e: Engine, plan: Plan, x: Tensor, _: Linear, { a, b }: Adapter): Delta {
  const low = timesTransposed(e, dropped(e, plan, x), a);
  return [scale(e, temporary(timesTransposed(e, temporary(low), b)))];
}

/** `x @ weight.T`: the view is no leaf, so autocast casts it at every use. */
function timesTransposed(e: Engine, x: Tensor, weight: Parameter): Tensor {
  const view = viewed(e, e.keep(weight.tensor));
  const out = linear(e, x, { ...weight, tensor: view });
  e.release(view);
  return out;
}

/** LoRAQKVLinear: a convolution a part, put together, and spread over the columns of all three parts. */
function fusedDelta(e: Engine, plan: Plan, x: Tensor, { weight }: Linear, { a, b }: Adapter): Delta {
  const parts = adaptedRows(plan, FUSED, weight.rows);
  const after = linear(e, dropped(e, plan, x), a);
  const turned = splitHeads(e, e.keep(after), plan.batch > 1 && !isMultiHead(plan)); // `after_A.transpose(-2, -1)`
  const rows = x.elements / weight.cols;
  const high = convolutions(e, plan, { after: turned, parts, rows }, b);
  e.release(turned);
  const columns = parts.reduce((n, part) => n + part, 0);
  const whole = columns === weight.rows ? high : temporary(spread(e, high, rows * weight.rows, columns));
  const lora = scale(e, whole);
  return [lora, after, high];
}

interface Convolved {
  readonly after: Tensor;
  readonly parts: readonly number[];
  readonly rows: number;
}

const isMultiHead = (plan: Plan): boolean => {
  const dims = plan.model.kinds[0]?.attention;
  return dims?.heads === dims?.kvHeads;
};

/** One convolution with groups where all parts are equal (multi-head attention), else one each. */
function convolutions(e: Engine, plan: Plan, { after, parts, rows }: Convolved, b: Parameter): Tensor {
  const rank = plan.lora?.rank ?? 0;
  if (isMultiHead(plan)) return pointwiseConvolution(e, after, b.tensor, rows * parts.reduce((n, part) => n + part, 0));
  const inputs = split(
    e,
    e.keep(after),
    parts.map(() => rows * rank),
  );
  const weights = split(
    e,
    e.keep(b.tensor),
    parts.map((part) => part * rank),
  );
  const outs = parts.map((part, i) => {
    const [input, weight] = [inputs[i], weights[i]];
    if (!input || !weight) throw new Error('an input and a weight for each part');
    return pointwiseConvolution(e, input, weight, rows * part);
  });
  const all = concatenate(e, outs.map(temporary));
  for (const t of [...inputs, ...weights]) e.release(t);
  return all;
}
