// Which parts of a model with a vision tower are trained, adapted and checkpointed.

import type { LayerPlan } from './plan.ts';
import type { ModelPart, TrainingRun } from './run.ts';
import type { LayerShape, ModelShape, TowerShape, WeightShape } from './shape.ts';

/** The tower as layers, in the order in which it is built. */
export interface TowerPlan {
  readonly shape: TowerShape;
  /** Of a batch; none: a step on text alone. */
  readonly images: number;
  readonly patches: number;
  readonly below: LayerPlan;
  readonly blocks: readonly LayerPlan[];
  readonly above: LayerPlan;
  readonly projector: LayerPlan;
}

/** A part that a model does not have cannot be frozen: without a tower there is only the model itself. */
export const isFrozen = ({ method }: TrainingRun, { tower }: ModelShape, part: ModelPart): boolean =>
  tower !== undefined && method.frozen.includes(part);

export function towerPlanOf(run: TrainingRun, model: ModelShape): TowerPlan | null {
  const { tower: shape } = model;
  if (!shape) return null;
  const full = run.method.kind === 'full';
  const layerOf = (part: ModelPart, layer: LayerShape, checkpointed = false): LayerPlan => {
    const frozen = isFrozen(run, model, part);
    return { shape: layer, trainable: full && !frozen, adapted: !frozen, checkpointed };
  };
  const ends = (part: ModelPart, weights: readonly WeightShape[]): LayerPlan => layerOf(part, { weights });
  const checkpoints = run.checkpointing.kind !== 'none' && run.checkpointing.policy !== 'trained-layers';
  return {
    shape,
    ...seenOf(run, shape),
    below: ends('tower', shape.below),
    blocks: shape.layers.flatMap((k) => {
      const kind = shape.kinds[k];
      return kind ? [layerOf('tower', kind, checkpoints)] : [];
    }),
    above: ends('tower', shape.above),
    projector: ends('projector', shape.projector),
  };
}

/** What no file says: one image a row, of the size that the model fixes or that processors cut images to at most by default. */
const USUAL_PIXELS = 768 * 768;
export function imageTokensOf({ batch }: TrainingRun, { side, merged, patchesPerImage }: TowerShape): number {
  if (batch.imageTokens !== undefined) return batch.imageTokens;
  const patches = patchesPerImage ?? Math.floor((batch.imagePixels ?? USUAL_PIXELS) / side ** 2);
  return Math.min(batch.sequence, Math.max(1, Math.floor(patches / merged)));
}

/** As many as a row can hold: of one image where the model takes any size. */
export function mostImageTokens({ batch }: TrainingRun, { merged, patchesPerImage = merged }: TowerShape): number {
  const each = patchesPerImage / merged;
  return Math.max(1, Math.floor(batch.sequence / each)) * each;
}

/** One image a row where the model takes any size; as many as the tokens make up where it fixes it. */
function seenOf(run: TrainingRun, shape: TowerShape): Pick<TowerPlan, 'images' | 'patches'> {
  const { batch } = run;
  const patches = imageTokensOf(run, shape) * shape.merged;
  const { patchesPerImage } = shape;
  if (patches === 0) return { images: 0, patches: 0 };
  if (patchesPerImage === undefined) return { images: batch.micro, patches: batch.micro * patches };
  const images = batch.micro * Math.ceil(patches / patchesPerImage);
  return { images, patches: images * patchesPerImage };
}
