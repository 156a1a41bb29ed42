// Choosing experts: best scores, their sum, the division by it.

import type { Engine } from '../engine/engine.ts';
import { label } from '../engine/sink.ts';
import type { Slot, Tensor } from '../engine/tensor.ts';

const VALUES = label('scores of the chosen experts', 'activations');
const INDICES = label('numbers of the chosen experts', 'activations');
const SUM = label('sum of chosen scores', 'activations');
const BEFORE = label('scores before they were divided', 'activations');
const SIGMOID = label('sigmoid', 'activations');
const GRADIENT = label('gradient of routing scores', 'temporaries');

/** `torch.topk`: saves the indices. Backward writes into zeros. */
export function topk(e: Engine, x: Tensor, chosen: number): readonly [values: Tensor, indices: Tensor] {
  const { elements } = x;
  const values = e.make(chosen, x.dtype, VALUES);
  const indices = e.make(chosen, 'i64', INDICES);
  const saved: Slot[] = [];
  if (e.needsGrad(x)) e.save(saved, indices);
  e.record(values, [x], saved, (b, g) => [b.make(elements, g.dtype, GRADIENT)]);
  return [values, indices];
}

/** `x.sum(dim=-1, keepdim=True)`: its gradient is a view. */
export function sumRows(e: Engine, x: Tensor, rows: number): Tensor {
  return e.record(e.make(rows, x.dtype, SUM), [x], [], (b, g) => [b.keep(g)]);
}

/** `x /= sum`: x was saved by nobody, so it is copied for the gradient of the divisor. The handle on x is taken over. */
export function divideInPlace(e: Engine, x: Tensor, divisor: Tensor): Tensor {
  const { elements, dtype } = x;
  const rows = divisor.elements;
  const saved: Slot[] = [];
  if (e.needsGrad(x) || e.needsGrad(divisor)) {
    const before = e.make(elements, dtype, BEFORE);
    e.save(saved, before);
    e.save(saved, divisor);
    e.release(before);
  }
  const out = e.view(x);
  e.record(
    out,
    [x, divisor],
    saved,
    (b) => {
      const quotients = [0, 1, 2].map(() => b.make(elements, dtype, GRADIENT)); // x / d, that / d, its negative
      const ofDivisor = b.make(elements, dtype, GRADIENT);
      for (const t of quotients.reverse()) b.release(t);
      return [b.make(elements, dtype, GRADIENT), ofDivisor];
    },
    (b, g, i) => (i === 1 ? b.make(rows, g.dtype, GRADIENT) : g),
  );
  e.release(x);
  return out;
}

/** Saves its result. */
export function sigmoid(e: Engine, x: Tensor): Tensor {
  const out = e.make(x.elements, x.dtype, SIGMOID);
  const saved: Slot[] = [];
  if (e.needsGrad(x)) e.save(saved, out);
  return e.record(out, [x], saved, (b, g) => [b.make(g.elements, g.dtype, GRADIENT)]);
}

/** `x.gather(1, indices)`: saves the indices; backward adds into zeros. */
export function gather(e: Engine, x: Tensor, indices: Tensor): Tensor {
  const { elements } = x;
  const saved: Slot[] = [];
  if (e.needsGrad(x)) e.save(saved, indices);
  const out = e.make(indices.elements, x.dtype, VALUES);
  return e.record(out, [x], saved, (b, g) => [b.make(elements, g.dtype, GRADIENT)]);
}

/** `x + 1e-20`. */
export function plusNumber(e: Engine, x: Tensor): Tensor {
  return e.record(e.make(x.elements, x.dtype, SUM), [x], [], (b, g) => [b.keep(g)]);
}
