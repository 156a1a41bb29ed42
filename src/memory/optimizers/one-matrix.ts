// Schedule-free AdamW (schedulefree/adamw_schedulefree.py) and Adam-mini (adam_mini/adam_mini.py).

import { label } from '../engine/sink.ts';
import { elementsOf, type Parameter } from '../engine/tensor.ts';
import { FIRST, initialise, Locals, ROOTS, SECOND, type Step, UPDATE } from './states.ts';

const AVERAGED = label('averaged weights', 'optimizer');

/** z is a copy of the parameter; one root each, all at once with foreach. Gradients are normalised in place. */
export function scheduleFreeStep({ e, plan, parameters, states }: Step): void {
  for (const p of parameters) {
    const { dtype } = p.tensor;
    initialise(states, p, () => [e.make(elementsOf(p), dtype, AVERAGED), e.make(elementsOf(p), dtype, SECOND)]);
  }
  const root = (p: Parameter) => e.make(elementsOf(p), p.tensor.dtype, ROOTS);
  if (plan.optimizer.implementation === 'foreach') {
    for (const t of parameters.map(root)) e.release(t);
    return;
  }
  const locals = new Locals(e);
  for (const p of parameters) locals.bind('denom', root(p));
  locals.close();
}

/** A full first moment, and a second moment for a block: a head of q and k, a row of other matrices, a whole vector. */
export function adamMiniStep({ e, parameters, states }: Step): void {
  const locals = new Locals(e);
  for (const p of parameters) {
    const n = elementsOf(p);
    const { dtype } = p.tensor;
    initialise(states, p, () => [e.make(n, dtype, FIRST), e.make(p.rows, dtype, SECOND)]);
    locals.bind('grad', p.grad && e.keep(p.grad));
    const square = e.make(n, dtype, UPDATE); // `torch.mean(grad * grad)`
    locals.make('tmp_lr', p.rows, dtype);
    e.release(square);
    locals.make('update', n, dtype);
    e.scratch(p.tensor.elements * (dtype === 'fp32' ? 4 : 2), UPDATE); // `p.add_(-update)`
  }
  locals.close();
}
