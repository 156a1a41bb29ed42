// torch.optim: Adam and AdamW, NAdam, RMSprop, Adagrad, SGD, Adafactor; and torchao's low-bit AdamW, which keeps their form.

import { label } from '../engine/sink.ts';
import { elementsOf, type Parameter, type Tensor } from '../engine/tensor.ts';
import { columnSumScratch, cublas } from '../ops/kernels.ts';
import type { Dtype } from '../run.ts';
import { FIRST, initialise, Locals, MOMENTUM, ROOTS, SECOND, STEP_COUNTER, type Step, UPDATE } from './states.ts';

const FACTORS = label('row and column factors', 'optimizer');
const LOW_BIT = label('low-bit state', 'optimizer');
const SCALES = label('scales of low-bit states', 'optimizer');

const stateType = ({ plan }: Step, p: Parameter): Dtype => plan.optimizer.stateDtype ?? (p.tensor.dtype as Dtype);

/** adam.py: fused takes nothing; foreach a root of every tensor at once; the loop one by one. */
export function adamStep(step: Step): void {
  const { e, plan, parameters, states } = step;
  const { implementation } = plan.optimizer;
  for (const p of parameters) {
    initialise(states, p, () => {
      const n = elementsOf(p);
      const counter = implementation === 'fused' ? [e.make(1, 'fp32', STEP_COUNTER)] : [];
      return [...counter, e.make(n, stateType(step, p), FIRST), e.make(n, stateType(step, p), SECOND)];
    });
  }
  if (implementation === 'foreach') foreach(step, 1);
  if (implementation === 'loop') rootsOneByOne(step);
}

/** `(exp_avg_sq.sqrt() / c).add_(eps)` of one parameter at a time; `denom` is a local. */
function rootsOneByOne(step: Step): void {
  const { e, parameters } = step;
  const locals = new Locals(e);
  for (const p of parameters) {
    const root = e.make(elementsOf(p), stateType(step, p), ROOTS);
    locals.make('denom', elementsOf(p), stateType(step, p), ROOTS);
    e.release(root);
  }
  locals.close();
}

/** `_foreach_…` results for all tensors of one type at once; the lists of one type live while the next type's are made. */
function foreach(step: Step, lists: number): void {
  const { e, parameters } = step;
  const types = [...new Set(parameters.map((p) => p.tensor.dtype))];
  const byType = types.map((type) => parameters.filter((p) => p.tensor.dtype === type));
  const alive: Tensor[][] = Array.from({ length: lists }, () => []);
  for (const group of byType) {
    for (let i = 0; i < lists; i++) {
      const next = group.map((p) => e.make(elementsOf(p), stateType(step, p), ROOTS));
      for (const t of alive[i] ?? []) e.release(t);
      alive[i] = next;
    }
  }
  for (const t of alive.flat()) e.release(t);
}

/** rmsprop.py and adagrad.py: one average each; a root of every tensor, with Adagrad the numerator beside it. */
export function rmspropStep(step: Step): void {
  keepOne(step);
  foreach(step, 1);
}
export function adagradStep(step: Step): void {
  keepOne(step);
  foreach(step, 2);
}
function keepOne(step: Step): void {
  const { e, parameters, states } = step;
  for (const p of parameters) initialise(states, p, () => [e.make(elementsOf(p), stateType(step, p), SECOND)]);
}

/** sgd.py: everything in place. */
export function sgdStep(step: Step): void {
  const { e, plan, parameters, states } = step;
  if (!plan.optimizer.momentum) return;
  for (const p of parameters) initialise(states, p, () => [e.make(elementsOf(p), stateType(step, p), MOMENTUM)]);
}

/** _adafactor.py, the loop (foreach is off by default): factors in the parameter's own type. */
export function torchAdafactorStep(step: Step): void {
  const { e, parameters, states } = step;
  const locals = new Locals(e);
  for (const p of parameters) {
    const n = elementsOf(p);
    const { dtype } = p.tensor;
    const factored = p.rows > 1;
    initialise(states, p, () =>
      factored ? [e.make(p.rows, dtype, FACTORS), e.make(p.cols, dtype, FACTORS)] : [e.make(n, dtype, SECOND)],
    );
    if (factored) {
      locals.make('row_mean', p.rows, dtype);
      const columns = e.make(p.cols, dtype, UPDATE);
      columnSumScratch(e, p.rows, p.cols);
      locals.bind('col_mean', columns);
    } else locals.make('grad_squared', n, dtype);
    const estimate = e.make(n, dtype, UPDATE);
    if (factored) cublas(e);
    locals.bind('var_estimate', estimate);
    locals.bind('update', e.keep(estimate));
  }
  locals.close();
}

/** torchao/optim: packed codes and a scale a block (256 values for 8 bits, 128 for 4); the update is compiled into one kernel. */
export function torchaoStep(step: Step): void {
  const { e, plan, parameters, states } = step;
  const block = plan.optimizer.bits === 8 ? 256 : 128;
  for (const p of parameters) {
    const n = elementsOf(p);
    initialise(states, p, () => {
      if (n < 4096 || n % block) return [e.make(n, p.tensor.dtype, FIRST), e.make(n, p.tensor.dtype, SECOND)];
      return [0, 1].flatMap(() => [
        e.make((n * plan.optimizer.bits) / 8, 'u8', LOW_BIT),
        e.make(n / block, 'fp32', SCALES),
        e.make(2 ** plan.optimizer.bits, 'fp32', SCALES),
      ]);
    });
  }
}
