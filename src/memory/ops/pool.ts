// torch.nn.AvgPool2d (aten/src/ATen/native/cuda/AveragePool2d.cu).

import type { Engine } from '../engine/engine.ts';
import { label } from '../engine/sink.ts';
import type { Slot, Tensor } from '../engine/tensor.ts';

const POOLED = label('pooled patches', 'activations');
const GRADIENT = label('gradient of pooled patches', 'temporaries');

/** `size` neighbours become one. Saves its input. */
export function averagePool(e: Engine, x: Tensor, size: number): Tensor {
  const { elements } = x;
  const saved: Slot[] = [];
  if (e.needsGrad(x)) e.save(saved, x);
  const out = e.make(elements / size, x.dtype, POOLED);
  return e.record(out, [x], saved, (b, g) => [b.make(elements, g.dtype, GRADIENT)]);
}
