// A patch embedding: a convolution whose kernel is as large as its step, as cuDNN runs it but for its workspace, which depends on
// the algorithm it picks.

import type { Engine } from '../engine/engine.ts';
import { label } from '../engine/sink.ts';
import type { Parameter, Slot, Tensor } from '../engine/tensor.ts';
import { autocast, WEIGHT_CAST } from './cast.ts';

const OUTPUT = label('patch embedding', 'activations');
const WEIGHT_GRADIENT = label('weight gradient', 'gradients');

export function embedPatches(e: Engine, pixels: Tensor, weight: Parameter, bias: Parameter | null): Tensor {
  const b = bias && autocast(e, bias.tensor, WEIGHT_CAST);
  const w = autocast(e, weight.tensor, WEIGHT_CAST);
  const input = autocast(e, pixels);
  const saved: Slot[] = [];
  const trained = [w, ...(b ? [b] : [])].some((t) => e.needsGrad(t));
  if (trained) for (const t of [input, w]) e.save(saved, t);
  const out = e.make((pixels.elements / weight.cols) * weight.rows, input.dtype, OUTPUT);
  const { elements } = w;
  e.record(out, b ? [w, b] : [w], saved, (c, g, wanted) => [
    wanted[0] ? c.make(elements, g.dtype, WEIGHT_GRADIENT) : null,
    wanted[1] ? c.make(weight.rows, g.dtype, WEIGHT_GRADIENT) : null,
  ]);
  for (const t of [b, w, input]) e.release(t);
  return out;
}
