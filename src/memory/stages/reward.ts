// Reward models: one number for each of the two rows of a pair.

import { causalLoss, type Ending, type Inputs, type Output } from '../blocks/forward.ts';
import type { Model } from '../blocks/model.ts';
import { forgetNodes } from '../engine/backward.ts';
import { type Engine, temporary } from '../engine/engine.ts';
import { label } from '../engine/sink.ts';
import type { Tensor } from '../engine/tensor.ts';
import { to } from '../ops/cast.ts';
import { linear } from '../ops/linear.ts';
import { LOGITS_FP32 } from '../ops/loss.ts';
import { dropout } from '../ops/pointwise.ts';
import { callModel } from './call.ts';

const LOSS = label('loss', 'logits');

/** AutoModelForSequenceClassification (trl/trainer/reward_trainer.py 1.16): a head of one output, and nothing of the words. */
export function scored(e: Engine, model: Model, inputs: Inputs): Output {
  const out = callModel(e, model, inputs, (engine, m, logitsOf, last) => {
    const scores = logitsOf(engine, m, last);
    engine.release(last);
    return { loss: scores, held: [] };
  });
  return { ...out, loss: lossOfRows(e, out.loss) };
}

/**
 * AutoModelForCausalLMWithValueHead (trl 0.24, models/modeling_value_head.py) inside LLaMA-Factory's PairwiseTrainer
 * (train/rm/trainer.py 0.9.5): the batch has labels, so the model computes its own loss as well, and its logits become fp32.
 * `_, _, values = model(…)` keeps that loss, with the graph behind it, until compute_loss returns.
 */
export function valued(e: Engine, model: Model, inputs: Inputs): Output {
  const layerInputs: Tensor[] = [];
  let words = { from: 0, to: 0 };
  const end: Ending = (engine, m, logitsOf, last, ids) => {
    layerInputs.push(engine.keep(last));
    const from = engine.tape.length;
    const own = causalLoss(engine, m, logitsOf, engine.keep(last), ids);
    words = { from, to: engine.tape.length };
    const value = valueHeadOf(engine, m, last);
    const copies = own.held.map((t) => to(engine, t, 'fp32', LOGITS_FP32));
    for (const t of [...own.held, ...copies, ...layerInputs.splice(0)]) engine.release(t);
    return { loss: value, held: [own.loss] };
  };
  const out = callModel(e, model, { ...inputs, layerInputs }, end);
  const loss = lossOfRows(e, out.loss);
  forgetNodes(e, words.from, words.to);
  for (const t of out.held) e.release(t);
  return { loss, held: [], leaves: out.leaves };
}

/** `summary(dropout(hidden).to(fp32))`. The hidden states are taken over. */
function valueHeadOf(e: Engine, { valueHead }: Model, last: Tensor): Tensor {
  if (!valueHead) throw new Error('the model was loaded without a value head');
  const { weight, bias } = valueHead;
  const input = to(e, temporary(dropout(e, temporary(last))), weight.tensor.dtype);
  return linear(e, temporary(input), weight, bias);
}

/** The score of each row's last token, then `-logsigmoid(chosen - rejected).mean()`. Takes the scores over. */
function lossOfRows(e: Engine, scores: Tensor): Tensor {
  const { elements, dtype } = scores;
  const loss = e.record(e.make(1, 'fp32', LOSS), [scores], [], (b) => [b.make(elements, dtype, LOSS)]);
  e.release(scores);
  return loss;
}
