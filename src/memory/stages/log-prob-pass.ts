// One pass of a model over a batch, to the log-probability of each row.

import type { Ending, Inputs, Output } from '../blocks/forward.ts';
import type { Model } from '../blocks/model.ts';
import { type Engine, temporary } from '../engine/engine.ts';
import { label } from '../engine/sink.ts';
import type { Tensor } from '../engine/tensor.ts';
import { to } from '../ops/cast.ts';
import { batchLogProbs } from '../ops/log-probs.ts';
import { LOGITS_FP32 } from '../ops/loss.ts';
import { tiledLogProbs } from '../ops/tiled-head.ts';
import { callModel } from './call.ts';
import type { StagePlan } from './stage-plan.ts';

const COPY = label('copy of the batch', 'buffers');
const ROW = label('log-probability of each row', 'logits');

export interface Pass extends Pick<Output, 'leaves'> {
  readonly rows: Tensor;
  /** What the trainer's function still holds of it. */
  readonly held: readonly Tensor[];
}

export const logProbPass: Readonly<
  Record<StagePlan['logProbs'], (e: Engine, model: Model, inputs: Inputs, trained: boolean) => Pass>
> = { whole: wholePass, tiled: tiledPass };

/** concatenated_forward (LLaMA-Factory, train/dpo/trainer.py): fp32 logits are part of what it returns. */
function wholePass(e: Engine, model: Model, inputs: Inputs): Pass {
  const { plan } = model;
  const n = plan.batch * plan.tokens;
  const copies = plan.stage?.copiesBatch ? [1, 2, 3].map(() => e.make(n, 'i64', COPY)) : [];
  const { loss, leaves } = callModel(e, model, inputs, logitsOnly);
  const logits = to(e, temporary(loss), 'fp32', LOGITS_FP32);
  const rows = batchLogProbs(e, logits, plan.batch, plan.tokens);
  for (const t of copies) e.release(t);
  return { rows, held: [logits], leaves };
}

const logitsOnly: Ending = (e, model, logitsOf, last) => {
  const logits = logitsOf(e, model, last);
  e.release(last);
  return { loss: logits, held: [] };
};

/** Metrics of the trained model's pass: entropy, mean logit, top-1 (trl/trainer/dpo_trainer.py 1.16). */
const METRICS = 3;

/** TRL: only log-probabilities leave the model, summed over each row. */
function tiledPass(e: Engine, model: Model, inputs: Inputs, trained: boolean): Pass {
  const { loss, held, leaves } = callModel(e, model, inputs, (engine, { plan, head }, _logits, last) => {
    const out = tiledLogProbs(engine, last, head, plan, trained ? METRICS : 0);
    engine.release(last);
    return { loss: out.logProbs, held: out.held };
  });
  const { elements } = loss;
  const rows = e.record(e.make(model.plan.batch, 'fp32', ROW), [loss], [], (b) => [b.make(elements, 'fp32', ROW)]);
  return { rows, held: [loss, ...held], leaves };
}
