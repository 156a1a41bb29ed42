// Muon (torch/optim/_muon.py): momentum for the layers' matrices, orthogonalised by Newton-Schulz; AdamW for all else.
// LLaMA-Factory's (third_party/muon) runs the same iteration, compiled, and an AdamW of its own in a loop.

import { elementsOf, type Parameter, type Tensor } from '../engine/tensor.ts';
import { cublas } from '../ops/kernels.ts';
import { FIRST, initialise, Locals, MOMENTUM, SECOND, type Step, UPDATE } from './states.ts';
import { adamStep } from './torch-optim.ts';

const ITERATIONS = 5;

export function muonStep(step: Step): void {
  const { plan, parameters } = step;
  const ends = parameters.filter((p) => !isMatrixOfLayer(p));
  orthogonal({ ...step, parameters: parameters.filter(isMatrixOfLayer) });
  if (plan.optimizer.library === 'llamafactory') backup({ ...step, parameters: ends });
  else adamStep({ ...step, parameters: ends });
}

const isMatrixOfLayer = (p: Parameter): boolean => p.rows > 1 && p.node.place >= 0;

function orthogonal({ e, parameters, states }: Step): void {
  const locals = new Locals(e);
  for (const p of parameters) {
    const n = elementsOf(p);
    const { dtype } = p.tensor;
    initialise(states, p, () => [e.make(n, dtype, MOMENTUM)]);
    const update = locals.make('update', n, dtype);
    locals.bind('update', newtonSchulz({ e, update, rank: Math.min(p.rows, p.cols) }));
  }
  locals.close();
}

/** _zeropower_via_newtonschulz: the Gram matrix, its update and the iterate in bf16, each rebound by the next round. */
function newtonSchulz({ e, update, rank }: Pick<Step, 'e'> & { update: Tensor; rank: number }): Tensor {
  const locals = new Locals(e);
  const n = update.elements;
  locals.make('ortho_grad', n, 'bf16');
  let result = e.make(0, 'bf16', UPDATE);
  for (let i = 0; i < ITERATIONS; i++) {
    for (const name of ['gram_matrix', 'gram_update']) {
      const t = e.make(rank * rank, 'bf16', UPDATE);
      cublas(e);
      locals.bind(name, t);
    }
    e.release(result);
    result = e.make(n, 'bf16', UPDATE);
    cublas(e);
    locals.bind('ortho_grad', e.keep(result));
  }
  locals.close();
  return result;
}

/** `g = buf1 / (eps + buf2.sqrt())` after `buf2.lerp_(g.square(), …)`. */
function backup({ e, parameters, states }: Step): void {
  const locals = new Locals(e);
  for (const p of parameters) {
    const n = elementsOf(p);
    const { dtype } = p.tensor;
    locals.bind('g', null);
    initialise(states, p, () => [e.make(n, dtype, FIRST), e.make(n, dtype, SECOND)]);
    e.scratch(p.tensor.elements * (dtype === 'fp32' ? 4 : 2), UPDATE);
    const root = e.make(n, dtype, UPDATE);
    const shifted = e.make(n, dtype, UPDATE);
    e.release(root);
    locals.make('g', n, dtype);
    e.release(shifted);
  }
  locals.close();
}
