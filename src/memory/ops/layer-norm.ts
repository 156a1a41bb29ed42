// LayerNorm (aten/src/ATen/native/cuda/layer_norm_kernel.cu).

import { borrow, type Engine, letGo } from '../engine/engine.ts';
import { label } from '../engine/sink.ts';
import { type ElementType, elementsOf, type Parameter, type Slot, type Tensor } from '../engine/tensor.ts';
import { to } from './cast.ts';

const OUTPUT = label('LayerNorm', 'activations');
const STATISTICS = label('mean and reciprocal deviation', 'activations');
const INPUT = label('norm input in fp32', 'activations');
const PARAMETER_CAST = label('norm weight in fp32', 'activations');
const GRADIENT = label('gradient of LayerNorm', 'temporaries');
const PARAMETER_GRADIENT = label('norm weight gradient', 'gradients');

export interface LayerNormParameters {
  readonly weight: Parameter;
  readonly bias: Parameter | null;
}

/** native_layer_norm saves input, weight, bias, and both statistics. Autocast runs it in fp32, arguments right to left. */
export function layerNorm(e: Engine, x: Tensor, { weight, bias }: LayerNormParameters): Tensor {
  const owned = borrow(x);
  const rows = x.elements / elementsOf(weight);
  const type: ElementType = e.autocast ? 'fp32' : x.dtype;
  const b = bias && (e.autocast ? to(e, bias.tensor, 'fp32', PARAMETER_CAST) : e.keep(bias.tensor));
  const w = e.autocast ? to(e, weight.tensor, 'fp32', PARAMETER_CAST) : e.keep(weight.tensor);
  const input = e.autocast ? to(e, x, 'fp32', INPUT) : e.keep(x);
  const affine = b ? [w, b] : [w];
  const saved: Slot[] = [];
  const needed = [input, ...affine].some((t) => e.needsGrad(t));
  if (needed) for (const t of [input, ...affine]) e.save(saved, t);
  const out = e.make(x.elements, type, OUTPUT);
  const statistics = [e.make(rows, 'fp32', STATISTICS), e.make(rows, 'fp32', STATISTICS)];
  if (needed) for (const t of statistics) e.save(saved, t);
  e.record(out, [input, ...affine], saved, (c, g, wanted) => {
    const own = wanted[0] ? c.make(g.elements, g.dtype, GRADIENT) : null;
    return [
      own,
      ...affine.map((_, i) => (wanted[i + 1] ? c.make(elementsOf(weight), type, PARAMETER_GRADIENT) : null)),
    ];
  });
  for (const t of [...statistics, ...affine, input]) e.release(t);
  letGo(e, x, owned);
  return out;
}
