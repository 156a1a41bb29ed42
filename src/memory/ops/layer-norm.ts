// LayerNorm (aten/src/ATen/native/cuda/layer_norm_kernel.cu).

import { borrow, type Engine, letGo, temporary } from '../engine/engine.ts';
import { label } from '../engine/sink.ts';
import type { ElementType, Parameter, Slot, Tensor } from '../engine/tensor.ts';
import { to } from './cast.ts';

const OUTPUT = label('LayerNorm', 'activations');
const STATISTICS = label('mean and reciprocal deviation', 'activations');
const INPUT = label('norm input in fp32', 'activations');
const PARAMETER_CAST = label('norm weight in fp32', 'activations');
const GRADIENT = label('gradient of LayerNorm', 'temporaries');
const PARAMETER_GRADIENT = label('norm weight gradient', 'gradients');

export interface LayerNormParameters {
  /** OLMo's has neither. */
  readonly weight: Parameter | null;
  readonly bias: Parameter | null;
}

/**
 * native_layer_norm saves input, weight, bias, and both statistics. Autocast runs it in fp32, arguments right to left.
 * `width`: how many numbers share a statistic.
 */
export function layerNorm(e: Engine, x: Tensor, { weight, bias }: LayerNormParameters, width: number): Tensor {
  const owned = borrow(x);
  const rows = x.elements / width;
  const type: ElementType = e.autocast ? 'fp32' : x.dtype;
  const parameter = (p: Parameter | null): Tensor | null =>
    p && (e.autocast ? to(e, p.tensor, 'fp32', PARAMETER_CAST) : e.keep(p.tensor));
  const b = parameter(bias);
  const w = parameter(weight);
  const input = e.autocast ? to(e, x, 'fp32', INPUT) : e.keep(x);
  const affine = [w, b].filter((t) => t !== null);
  const saved: Slot[] = [];
  const needed = [input, ...affine].some((t) => e.needsGrad(t));
  if (needed) for (const t of [input, ...affine]) e.save(saved, t);
  const out = e.make(x.elements, type, OUTPUT);
  const statistics = [e.make(rows, 'fp32', STATISTICS), e.make(rows, 'fp32', STATISTICS)];
  if (needed) for (const t of statistics) e.save(saved, t);
  e.record(out, [input, ...affine], saved, (c, g, wanted) => {
    const own = wanted[0] ? c.make(g.elements, g.dtype, GRADIENT) : null;
    return [own, ...affine.map((_, i) => (wanted[i + 1] ? c.make(width, type, PARAMETER_GRADIENT) : null))];
  });
  for (const t of [...statistics, ...affine, input]) e.release(t);
  letGo(e, x, owned);
  return out;
}

/** OlmoLayerNorm: `F.layer_norm(x.to(float32), shape, None, None).to(dtype)`. */
export function bareNorm(e: Engine, x: Tensor, width: number): Tensor {
  const out = layerNorm(e, temporary(to(e, x, 'fp32', INPUT)), { weight: null, bias: null }, width);
  return to(e, temporary(out), x.dtype);
}
