// GaLore (galore_torch/adamw.py, galore_projector.py) and APOLLO (apollo_torch/apollo.py, random_projector.py): states of the
// gradients' low-rank projection for the layers' matrices, plain ones for all else. A loop of Python locals.
// Left out: the workspace of cuSOLVER's decomposition, which GaLore runs every 200 steps (a peak of its own).

import type { Engine } from '../engine/engine.ts';
import { label } from '../engine/sink.ts';
import { elementsOf, type Parameter, type Tensor } from '../engine/tensor.ts';
import { cublas } from '../ops/kernels.ts';
import { FIRST, initialise, Locals, SECOND, type Step, UPDATE } from './states.ts';

const PROJECTION = label('projection matrix', 'optimizer');
const DECOMPOSITION = label('singular value decomposition', 'temporaries');
/** bitsandbytes' blocks, for the 8-bit states of GaLoreAdamW8bit. */
const BLOCK_8BIT = 256;
/** transformers' own defaults (trainer_optimizer.py). */
const DEFAULT_RANK: Readonly<Record<string, number>> = { galore: 128, apollo: 1 };

interface Projection {
  readonly p: Parameter;
  readonly rank: number;
  /** Elements of the projected gradient, and of the matrix that projects it. */
  readonly low: number;
  readonly matrix: number;
}

export function projectedStep(step: Step): void {
  const { plan, parameters } = step;
  const isLow = (p: Parameter): boolean => p.rows > 1 && p.node.place >= 0;
  const locals = new Locals(step.e);
  for (const p of parameters.filter((x) => !isLow(x))) plainUpdate(step, locals, p);
  for (const p of parameters.filter(isLow)) {
    const rank = Math.min(plan.optimizer.rank ?? DEFAULT_RANK[plan.optimizer.name] ?? 1, p.rows, p.cols);
    const { rows, cols } = p;
    const projection = { p, rank, low: rank * Math.max(rows, cols), matrix: rank * Math.min(rows, cols) };
    if (plan.optimizer.name === 'apollo') apolloUpdate(step, locals, projection);
    else if (plan.optimizer.bits === 8) galore8Update(step, projection);
    else galoreUpdate(step, locals, projection);
  }
  locals.close();
}

/** `denom = exp_avg_sq.sqrt().add_(eps)`, `norm_grad = exp_avg / denom`, `p.add_(norm_grad)`. */
function plainUpdate(step: Step, locals: Locals, p: Parameter): void {
  locals.bind('grad', p.grad && step.e.keep(p.grad));
  normGrad(step, locals, p, elementsOf(p));
}

function normGrad(step: Step, locals: Locals, p: Parameter, n: number): void {
  const { e, plan, states } = step;
  const { dtype } = p.tensor;
  const states8 = plan.optimizer.bits === 8;
  initialise(states, p, () => (states8 ? eightBit(e, n) : [e.make(n, dtype, FIRST), e.make(n, dtype, SECOND)]));
  if (states8) return;
  locals.make('denom', n, dtype);
  locals.make('norm_grad', n, dtype);
}
const eightBit = (e: Engine, n: number): Tensor[] =>
  [FIRST, SECOND].flatMap((what) => [e.make(n, 'u8', what), e.make(Math.ceil(n / BLOCK_8BIT), 'fp32', what)]);

/**
 * GaLoreAdamW8bit (adamw8bit.py): the projected gradient takes the gradient's place, the weight waits in a clone, and the
 * update is added to it.
 */
function galore8Update({ e, states }: Step, { p, low, ...projection }: Projection): void {
  const { dtype } = p.tensor;
  const n = elementsOf(p);
  const matrix = states.has(p) ? null : decompose(e, { p, low, ...projection });
  const projected = e.make(low, dtype, UPDATE);
  cublas(e);
  const clone = e.make(n, dtype, p.what);
  clone.node = p.tensor.node;
  const zeros = e.make(low, dtype, UPDATE);
  e.release(p.tensor);
  p.tensor = clone;
  e.release(p.grad);
  p.grad = projected;
  if (matrix) states.set(p, [matrix, ...eightBit(e, low)]);
  const full = e.make(n, dtype, UPDATE);
  cublas(e);
  e.scratch(clone.elements * (dtype === 'fp32' ? 4 : 2), UPDATE);
  e.release(full);
  e.release(zeros);
}

function galoreUpdate(step: Step, locals: Locals, projection: Projection): void {
  const { e, states } = step;
  const { p, low } = projection;
  const { dtype } = p.tensor;
  locals.bind('grad', p.grad && e.keep(p.grad));
  const matrix = states.has(p) ? null : decompose(e, projection);
  const projected = e.make(low, dtype, UPDATE);
  cublas(e);
  locals.bind('grad', projected);
  normGrad(step, locals, p, low);
  if (matrix) states.set(p, [...(states.get(p) ?? []), matrix]);
  const full = e.make(elementsOf(p), dtype, UPDATE); // project_back, then `* self.scale`
  cublas(e);
  const scaled = e.make(elementsOf(p), dtype, UPDATE);
  e.release(full);
  locals.bind('norm_grad', scaled);
}

/**
 * get_orthogonal_matrix: U, s and Vh in fp32, and the half that is not used is multiplied out. In fp32 the result is a slice:
 * all of U or Vh stays with it.
 */
function decompose(e: Engine, { p, rank, matrix }: Projection): Tensor {
  const half = p.tensor.dtype !== 'fp32';
  const small = Math.min(p.rows, p.cols);
  const input = half ? e.make(elementsOf(p), 'fp32', DECOMPOSITION) : null;
  const left = p.rows < p.cols;
  const u = e.make(p.rows * small, 'fp32', left && !half ? PROJECTION : DECOMPOSITION);
  const s = e.make(small, 'fp32', DECOMPOSITION);
  const vh = e.make(small * p.cols, 'fp32', left || half ? DECOMPOSITION : PROJECTION);
  const diagonal = e.make(rank * rank, 'fp32', DECOMPOSITION);
  const product = e.make(rank * (left ? p.cols : p.rows), 'fp32', DECOMPOSITION);
  cublas(e);
  e.release(diagonal);
  const kept = left ? u : vh;
  const result = half ? e.make(matrix, p.tensor.dtype, PROJECTION) : e.keep(kept);
  for (const t of [product, s, u, vh, input]) e.release(t);
  return result;
}

function apolloUpdate(step: Step, locals: Locals, projection: Projection): void {
  const { e, states } = step;
  const { p, low } = projection;
  const { dtype } = p.tensor;
  const n = elementsOf(p);
  locals.bind('grad', p.grad && e.keep(p.grad));
  const matrix = states.has(p) ? null : randomMatrix(e, projection);
  const projected = e.make(low, dtype, UPDATE);
  cublas(e);
  locals.bind('grad', projected);
  normGrad(step, locals, p, low);
  if (matrix) states.set(p, [...(states.get(p) ?? []), matrix, e.make(1, dtype, PROJECTION)]);
  let scaled = locals.make('scaled_grad', n, dtype); // `p.grad * grad_scaling_factor`
  if (!matrix) scaled = locals.make('scaled_grad', n, dtype); // the limiter, from the second step on
  locals.bind('norm_grad', e.keep(scaled));
}

/** `stable_randn(…) / sqrt(rank)` in fp32, beside an fp32 copy of the gradient. */
function randomMatrix(e: Engine, { p, matrix }: Projection): Tensor {
  const half = p.tensor.dtype !== 'fp32';
  const copy = half ? e.make(elementsOf(p), 'fp32', UPDATE) : null;
  const drawn = e.make(matrix, 'fp32', UPDATE);
  const scaled = e.make(matrix, 'fp32', half ? UPDATE : PROJECTION);
  e.release(drawn);
  const result = half ? e.make(matrix, p.tensor.dtype, PROJECTION) : e.keep(scaled);
  e.release(scaled);
  e.release(copy);
  return result;
}
