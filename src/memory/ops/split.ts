// One tensor seen in another form (`reshape`) or as several (`split`, `chunk`).

import type { Engine } from '../engine/engine.ts';
import { label } from '../engine/sink.ts';
import { ELEMENT_SIZE, promote, type Tensor } from '../engine/tensor.ts';

const CONCATENATED = label('parts put together', 'activations');
const FILLED_GRADIENT = label('gradient of a tensor filled by parts', 'temporaries');
const EXPANDED_GRADIENT = label('gradient summed over an expansion', 'temporaries');
const JOINED = label('gradients of a split put together', 'temporaries');

/** `x.view(…)`: the same memory, but nothing is added in place to a gradient that comes back through it. Taken over. */
export function viewed(e: Engine, x: Tensor): Tensor {
  const out = e.record(e.view(x), [x], [], (b, g) => [{ ...b.keep(g), fresh: false }]);
  e.release(x);
  return out;
}

/** `x.split(sizes, dim=-1)`: views, whose gradients are put together in a new tensor. The argument is taken over. */
export function split(e: Engine, x: Tensor, sizes: readonly number[]): Tensor[] {
  const { elements } = x;
  const parts = sizes.map((n) => ({ ...e.view(x), elements: n }));
  e.recordMany(parts, [x], [], (b, g) => [b.make(elements, g.dtype, JOINED)]);
  e.release(x);
  return parts;
}

/** `x.view(…)` or `x.reshape(…)` without a copy: a node of its own, so sums of gradients happen on either side of it. */
export function reshaped(e: Engine, x: Tensor): Tensor {
  return e.record(e.view(x), [x], [], (b, g) => [b.keep(g)]);
}

/** `torch.cat`: a new tensor in the widest type; each part's gradient is a view. */
export function concatenate(e: Engine, parts: readonly Tensor[]): Tensor {
  const sizes = parts.map((t) => t.elements);
  const total = sizes.reduce((n, size) => n + size, 0);
  const dtype = parts.map((t) => t.dtype).reduce(promote);
  const out = e.make(total, dtype, CONCATENATED);
  return e.record(out, parts, [], (b, g, wanted) =>
    wanted.map((w, i) => (w ? { ...b.keep(g), elements: sizes[i] ?? 0, fresh: false } : null)),
  );
}

/** `x.expand(…)`: a view; backward sums over what was repeated. */
export function expanded(e: Engine, x: Tensor, elements: number): Tensor {
  const from = x.elements;
  const out: Tensor = { ...e.view(x), elements };
  return e.record(out, [x], [], (b, g) => [b.make(from, g.dtype, EXPANDED_GRADIENT)]);
}

/**
 * `out = x.new_empty(…); out[…].copy_(part)` for each part: CopySlices (torch/csrc/autograd/functions/tensor.cpp). Backward
 * clones the whole gradient for what lay there before, and the part's share of it.
 */
export function filledBy(e: Engine, parts: readonly Tensor[]): Tensor {
  const whole = parts.reduce((n, t) => n + t.elements, 0);
  let out = e.make(whole, parts[0]?.dtype ?? 'fp32', CONCATENATED);
  parts.forEach((part, i) => {
    const { elements } = part;
    const filled = e.view(out);
    const before = out;
    e.record(filled, [before, part], [], (b, g) => {
      const rest = b.make(whole, g.dtype, FILLED_GRADIENT);
      const mine = b.make(elements, g.dtype, FILLED_GRADIENT);
      if (i > 0) b.scratch(elements * ELEMENT_SIZE[g.dtype], FILLED_GRADIENT); // zeros where the part was
      return [rest, mine];
    });
    e.release(before);
    out = filled;
  });
  return out;
}
