// What a step computes from a batch where it is not the model's own loss.

import type { Inputs, Output } from '../blocks/forward.ts';
import type { Model } from '../blocks/model.ts';
import type { Engine } from '../engine/engine.ts';
import { label } from '../engine/sink.ts';
import type { Tensor } from '../engine/tensor.ts';
import { withoutGrad } from './call.ts';
import { logProbPass } from './log-prob-pass.ts';
import { scored, valued } from './reward.ts';
import type { StagePlan } from './stage-plan.ts';

const LABELS = label('labels of the pairs', 'buffers');
const LOSS = label('loss', 'logits');

type Program = (e: Engine, model: Model, reference: Model | null, inputs: Inputs) => Output;

export const OBJECTIVES: Readonly<Partial<Record<StagePlan['objective'], Program>>> = {
  pairs,
  scores: (e, model, _reference, inputs) => (model.valueHead ? valued : scored)(e, model, inputs),
};

/**
 * Chosen and rejected in one batch: the trained model's pass, the reference's, then a loss over rows. What the first pass
 * returned is alive through the second (LLaMA-Factory, train/dpo/trainer.py, get_batch_loss_metrics; TRL, _compute_loss).
 */
function pairs(e: Engine, model: Model, reference: Model | null, inputs: Inputs): Output {
  const { plan } = model;
  const logProbs = plan.stage?.logProbs ?? 'whole';
  const labels = logProbs === 'tiled' ? [e.make(plan.batch * plan.tokens, 'i64', LABELS)] : [];
  const pass = logProbPass[logProbs];
  const own = pass(e, model, inputs, true);
  if (reference) {
    e.sink.begin('reference');
    const other = withoutGrad(e, () => pass(e, reference, inputs, false));
    for (const t of [other.rows, ...other.held]) e.release(t);
  }
  const loss = e.record(e.make(1, 'fp32', LOSS), [own.rows], [], (b) => [b.make(plan.batch, 'fp32', LOSS)]);
  for (const t of [own.rows, ...own.held, ...labels] satisfies Tensor[]) e.release(t);
  return { loss, held: [], leaves: own.leaves };
}
