// What an optimizer keeps, and what its step takes for a moment.

import type { Engine } from './engine/engine.ts';
import { type Label, label } from './engine/sink.ts';
import { elementsOf, type Parameter, type Tensor } from './engine/tensor.ts';
import { columnSumScratch } from './ops/kernels.ts';
import type { Plan } from './plan.ts';
import type { Dtype } from './run.ts';

const STEP = label('step counter', 'optimizer');
const FIRST = label('exp_avg', 'optimizer');
const SECOND = label('exp_avg_sq', 'optimizer');
const MOMENTUM = label('momentum', 'optimizer');
const FACTORS = label('row and column factors', 'optimizer');
const STATE8 = label('8-bit state', 'optimizer');
const SCALES8 = label('scales of 8-bit states', 'optimizer');
const ROOTS = label('square roots of a step', 'temporaries');
const UPDATE = label('update of one parameter', 'temporaries');

/** bitsandbytes: smaller tensors keep 32-bit states (optim/optimizer.py, min_8bit_size); blocks of 256 share a scale. */
const MIN_8BIT = 4096;
const BLOCK_8BIT = 256;
/** Paged states are managed memory, invisible to torch; smaller tensors stay (optim/optimizer.py, get_state_buffer). */
const MIN_PAGED = 100_000;

export type States = Map<Parameter, readonly Tensor[]>;

/** One optimizer step over the parameters that have a gradient. */
export function optimizerStep(e: Engine, plan: Plan, parameters: readonly Parameter[], states: States): void {
  const { name, library } = plan.optimizer;
  if (name === 'adafactor') adafactor(e, parameters, states);
  else if (name === 'sgd') keepStates(e, plan, parameters, states);
  else if (library === 'bitsandbytes' || plan.optimizer.bits === 8 || plan.optimizer.paged)
    keepStates(e, plan, parameters, states);
  else adam(e, plan, parameters, states);
}

function keepStates(e: Engine, plan: Plan, parameters: readonly Parameter[], states: States): void {
  for (const p of parameters) initialise(states, p, () => statesOf(e, plan, p));
}

function initialise(states: States, p: Parameter, make: () => readonly Tensor[]): void {
  if (!states.has(p)) states.set(p, make());
}

function statesOf(e: Engine, plan: Plan, p: Parameter): Tensor[] {
  const { name, momentum, bits, paged, library, implementation } = plan.optimizer;
  const n = elementsOf(p);
  const dtype: Dtype = plan.optimizer.stateDtype ?? (p.tensor.dtype as Dtype);
  if (name === 'sgd') return momentum ? [e.make(n, dtype, MOMENTUM)] : [];
  if (paged && n >= MIN_PAGED) return [];
  if (library === 'bitsandbytes' || bits === 8 || paged) return bitsandbytesStates(e, plan, p, n);
  const counter = implementation === 'fused' ? [e.make(1, 'fp32', STEP)] : [];
  return [...counter, e.make(n, dtype, FIRST), e.make(n, dtype, SECOND)];
}

function bitsandbytesStates(e: Engine, plan: Plan, p: Parameter, n: number): Tensor[] {
  const full = plan.optimizer.bits === 32 || n < MIN_8BIT || (p.embedding && plan.optimizer.embeddings32 === true);
  if (full) return [e.make(n, 'fp32', FIRST), e.make(n, 'fp32', SECOND)];
  const scales = Math.ceil(n / BLOCK_8BIT);
  return [0, 1].flatMap(() => [e.make(n, 'u8', STATE8), e.make(scales, 'fp32', SCALES8)]);
}

/** torch.optim.AdamW (torch/optim/adam.py): fused takes nothing; foreach a root of every tensor at once; the loop one by one. */
function adam(e: Engine, plan: Plan, parameters: readonly Parameter[], states: States): void {
  keepStates(e, plan, parameters, states);
  const { implementation } = plan.optimizer;
  const root = (p: Parameter): Tensor => e.make(elementsOf(p), p.tensor.dtype, ROOTS);
  if (implementation === 'foreach') for (const t of parameters.map(root)) e.release(t);
  if (implementation !== 'loop') return;
  let denominator: Tensor | null = null; // a Python local: the last one lives while the next root is made
  for (const p of parameters) {
    const first = root(p);
    const next = root(p);
    e.release(first);
    e.release(denominator);
    denominator = next;
  }
  e.release(denominator);
}

/** transformers' Adafactor: a loop whose locals grad, p and update live until they are rebound (optimization.py). */
function adafactor(e: Engine, parameters: readonly Parameter[], states: States): void {
  let grad: Tensor | null = null;
  let weight: Tensor | null = null;
  let update: Tensor | null = null;
  for (const p of parameters) {
    const half = p.tensor.dtype !== 'fp32';
    const factored = p.rows > 1;
    const inFp32 = (what: Label): Tensor => e.make(elementsOf(p), 'fp32', what);
    e.release(grad);
    grad = half ? inFp32(UPDATE) : p.grad && e.keep(p.grad);
    initialise(states, p, () =>
      factored ? [e.make(p.rows, 'fp32', FACTORS), e.make(p.cols, 'fp32', FACTORS)] : [inFp32(SECOND)],
    );
    e.release(weight);
    weight = half ? inFp32(UPDATE) : e.keep(p.tensor);
    const square = inFp32(UPDATE);
    const plusEps = inFp32(UPDATE);
    e.release(square);
    e.release(update);
    update = plusEps;
    if (factored) columnSumScratch(e, p.rows, p.cols);
    const next = inFp32(UPDATE);
    e.release(update);
    update = next;
    e.scratch(elementsOf(p) * 4, UPDATE);
  }
  for (const t of [grad, weight, update]) e.release(t);
}
