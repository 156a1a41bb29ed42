// Parts of a tensor along its last dimension, and tensors put together.

import type { Engine } from '../engine/engine.ts';
import { label } from '../engine/sink.ts';
import { promote, type Tensor } from '../engine/tensor.ts';

const WHOLE = label('gradient of a slice', 'temporaries');
const JOINED = label('parts put together', 'activations');

/** `x[..., from:to]`: a view. Its gradient is a tensor of the whole size, zero elsewhere; also for an empty slice. */
export function slice(e: Engine, x: Tensor, elements: number): Tensor {
  const whole = x.elements;
  return e.record({ ...e.view(x), elements }, [x], [], (b, g) => [b.make(whole, g.dtype, WHOLE)]);
}

/** `torch.cat`: the kernel reads parts of either type; the gradients are views of the incoming one. */
export function join(e: Engine, parts: readonly [Tensor, Tensor]): Tensor {
  const dtype = promote(parts[0].dtype, parts[1].dtype);
  const inputs = parts.map((t) => e.keep(t));
  const sizes = inputs.map((t) => t.elements);
  const out = e.make(parts[0].elements + parts[1].elements, dtype, JOINED);
  e.record(out, inputs, [], (b, g, wanted) =>
    sizes.map((elements, i) => (wanted[i] ? { ...b.keep(g), elements, fresh: false } : null)),
  );
  for (const t of inputs) e.release(t);
  return e.settle(out, parts);
}
