// transformers' Adafactor (optimization.py): a loop whose locals grad, p and update live until they are rebound.

import { label } from '../engine/sink.ts';
import { elementsOf } from '../engine/tensor.ts';
import { columnSumScratch } from '../ops/kernels.ts';
import { initialise, Locals, SECOND, type Step, UPDATE } from './states.ts';

const FACTORS = label('row and column factors', 'optimizer');

export function adafactorStep({ e, parameters, states }: Step): void {
  const locals = new Locals(e);
  for (const p of parameters) {
    const n = elementsOf(p);
    const half = p.tensor.dtype !== 'fp32';
    const factored = p.rows > 1;
    if (half) {
      locals.bind('grad', null);
      locals.make('grad', n, 'fp32');
    } else locals.bind('grad', p.grad && e.keep(p.grad));
    initialise(states, p, () =>
      factored ? [e.make(p.rows, 'fp32', FACTORS), e.make(p.cols, 'fp32', FACTORS)] : [e.make(n, 'fp32', SECOND)],
    );
    locals.bind('p', null);
    locals.bind('p', half ? e.make(n, 'fp32', UPDATE) : e.keep(p.tensor));
    const square = e.make(n, 'fp32', UPDATE);
    const plusEps = e.make(n, 'fp32', UPDATE);
    e.release(square);
    locals.bind('update', plusEps);
    if (factored) columnSumScratch(e, p.rows, p.cols);
    locals.make('update', n, 'fp32');
    e.scratch(n * 4, UPDATE);
  }
  locals.close();
}
