// torch.Tensor.masked_scatter: rows of a tensor replaced where a mask says so (aten/src/ATen/native/cuda/IndexKernel.cpp).

import type { Engine } from '../engine/engine.ts';
import { label } from '../engine/sink.ts';
import type { Slot, Tensor } from '../engine/tensor.ts';

const OUTPUT = label('image features among token embeddings', 'activations');
const SCAN = label('masked scatter: running count', 'temporaries');
const SELECTED = label('gradient of scattered rows', 'temporaries');
const REST = label('gradient of the rows that stay', 'temporaries');
/** nonzero() of a mask of three dimensions. */
const COORDINATES = 3;

/** A copy of `x` with `source` in it. The mask is seen at x's size: it is written out, and counted in int64. */
export function maskedScatter(e: Engine, x: Tensor, mask: Tensor, source: Tensor): Tensor {
  const { elements, dtype } = x;
  const scattered = source.elements;
  const saved: Slot[] = [];
  if (e.needsGrad(x) || e.needsGrad(source)) e.save(saved, mask);
  const out = e.make(elements, dtype, OUTPUT);
  const counts = e.make(elements, 'i64', SCAN);
  e.scratch(elements, SCAN);
  e.release(counts);
  return e.record(out, [x, source], saved, (b, g, wanted) => {
    const rest = wanted[0] ? b.make(elements, g.dtype, REST) : null;
    if (!wanted[1]) return [rest, null];
    b.scratch(elements, SCAN);
    const where = b.make(scattered * COORDINATES, 'i64', SCAN);
    const selected = b.make(scattered, g.dtype, SELECTED);
    b.release(where);
    return [rest, selected];
  });
}
