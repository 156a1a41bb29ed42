// What a step computes from a batch where it is not the model's own loss.

import type { Inputs, Output } from '../blocks/forward.ts';
import type { Model } from '../blocks/model.ts';
import type { Engine } from '../engine/engine.ts';
import { pairs, unpaired } from './comparing.ts';
import { scored, valued } from './reward.ts';
import type { StagePlan } from './stage-plan.ts';

type Program = (e: Engine, model: Model, reference: Model | null, inputs: Inputs) => Output;

export const OBJECTIVES: Readonly<Partial<Record<StagePlan['objective'], Program>>> = {
  pairs,
  unpaired,
  scores: (e, model, _reference, inputs) => (model.valueHead ? valued : scored)(e, model, inputs),
};
