// The norms of LitGPT's module: its own RMSNorm, Gemma's offset, or torch's LayerNorm.

import type { Engine } from '../../engine/engine.ts';
import type { Tensor } from '../../engine/tensor.ts';
import { layerNorm } from '../../ops/layer-norm.ts';
import { fullPrecisionNorm } from '../../ops/norm.ts';
import type { Plan } from '../../plan.ts';
import { type NormWeights, weightOf } from '../model.ts';

export function litgptNorm(e: Engine, plan: Plan, x: Tensor, weights: NormWeights, width = plan.model.hidden): Tensor {
  const { norm = 'rms', normsAddOne = false } = plan.model.traits ?? {};
  if (norm === 'rms') return fullPrecisionNorm(e, x, weightOf(weights), normsAddOne);
  return layerNorm(e, x, norm === 'layer-bare' ? { weight: null, bias: null } : weights, width);
}
