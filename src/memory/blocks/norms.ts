// The norm a family's layers use, by its trait.

import type { Engine } from '../engine/engine.ts';
import { around } from '../engine/module.ts';
import type { Tensor } from '../engine/tensor.ts';
import { bareNorm, layerNorm } from '../ops/layer-norm.ts';
import { ligerRmsNorm } from '../ops/liger.ts';
import { meanNorm, rmsNorm } from '../ops/norm.ts';
import type { Plan } from '../plan.ts';
import type { NormForm } from '../shape.ts';
import type { HeadNorms } from './attention.ts';
import { type NormWeights, weightOf } from './model.ts';

type Write = (e: Engine, x: Tensor, weights: NormWeights, width: number) => Tensor;

const FORMS: Readonly<Record<NormForm, Write>> = {
  rms: (e, x, w) => rmsNorm(e, x, weightOf(w)),
  'rms-cast-last': (e, x, w) => rmsNorm(e, x, weightOf(w), true),
  layer: (e, x, w, width) => layerNorm(e, x, w, width),
  'layer-bare': (e, x, _, width) => bareNorm(e, x, width),
  'layer-python': (e, x, w, width) => meanNorm(e, x, weightOf(w), width),
};
/** Liger replaces RMSNorms only. */
const isRms = (form: NormForm): boolean => form === 'rms' || form === 'rms-cast-last';

/** `width`: how many numbers share a statistic; absent: the model's width. */
export function norm(e: Engine, plan: Plan, x: Tensor, weights: NormWeights, width = plan.model.hidden): Tensor {
  const form = plan.model.traits?.norm ?? 'rms';
  const own = [weights.weight, weights.bias].filter((p) => p !== null);
  return around(e, own, x, (input) => {
    if (plan.liger.norm && isRms(form)) return ligerRmsNorm(e, input, weightOf(weights));
    return FORMS[form](e, input, weights, width);
  });
}

/** The same norm on queries and keys. */
export const headNorms = (plan: Plan): HeadNorms => ({
  norm,
  after: plan.model.traits?.lateHeadNorms ? 'all projections' : 'each projection',
});
