// A trainer's call of its model: autocast around the forward, and accelerate's conversion of outputs to fp32 around both.

import type { Ending, Inputs, Output } from '../blocks/forward.ts';
import type { Model } from '../blocks/model.ts';
import { FORWARDS } from '../blocks/programs.ts';
import { type Engine, temporary } from '../engine/engine.ts';
import { exitAutocast, to } from '../ops/cast.ts';
import { LOGITS_FP32 } from '../ops/loss.ts';

export function callModel(e: Engine, model: Model, inputs: Inputs, end: Ending): Output {
  const { plan } = model;
  e.autocast = plan.autocast;
  const out = FORWARDS[plan.program](e, model, inputs, end);
  exitAutocast(e);
  return plan.convertsOutput ? { ...out, loss: to(e, temporary(out.loss), 'fp32', LOGITS_FP32) } : out;
}

/** `torch.no_grad()`. */
export function withoutGrad<T>(e: Engine, run: () => T): T {
  const { grad } = e;
  e.grad = false;
  const out = run();
  e.grad = grad;
  return out;
}
