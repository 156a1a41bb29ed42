// Preference training: the trained model's log-probabilities against a reference's. Whatever the first pass returned is alive
// through the second, since the trainer's function still holds it (LLaMA-Factory, train/{dpo,kto}/trainer.py 0.9.5,
// get_batch_loss_metrics; TRL 1.16, _compute_loss).

import type { Inputs, Output } from '../blocks/forward.ts';
import type { Model } from '../blocks/model.ts';
import type { Engine } from '../engine/engine.ts';
import { label } from '../engine/sink.ts';
import { withoutGrad } from './call.ts';
import { logProbPass, type Pass } from './log-prob-pass.ts';
import { withoutGraph } from './reference.ts';

const LABELS = label('labels of the batch', 'buffers');
const SPLIT = label('logits split by tag', 'logits');
const LOSS = label('loss', 'logits');

/** Chosen and rejected in one batch. */
export function pairs(e: Engine, model: Model, reference: Model | null, inputs: Inputs): Output {
  return compared(e, model, reference, (m, trained) => passOf(m)(e, m, inputs, trained));
}

/**
 * KTO: each model runs once more without a graph, on rows whose completions were swapped. The rows' logits are then split by
 * tag, which copies them.
 */
export function unpaired(e: Engine, model: Model, reference: Model | null, inputs: Inputs): Output {
  return compared(e, model, reference, (m, trained) => {
    const pass = passOf(m)(e, m, inputs, trained);
    const swapped = withoutGrad(e, () => passOf(m)(e, trained ? withoutGraph(m) : m, inputs, false));
    letGo(e, swapped);
    const held = pass.held.map((t) => e.make(t.elements, t.dtype, SPLIT));
    for (const t of pass.held) e.release(t);
    return { ...pass, held };
  });
}

const passOf = ({ plan }: Model): (typeof logProbPass)['whole'] => logProbPass[plan.stage?.logProbs ?? 'whole'];

function compared(
  e: Engine,
  model: Model,
  reference: Model | null,
  pass: (model: Model, trained: boolean) => Pass,
): Output {
  const { plan } = model;
  const labels = e.make(plan.stage?.logProbs === 'tiled' ? plan.batch * plan.tokens : 0, 'i64', LABELS);
  const own = pass(model, true);
  if (reference) {
    e.sink.begin('reference');
    letGo(
      e,
      withoutGrad(e, () => pass(reference, false)),
    );
  }
  const loss = e.record(e.make(1, 'fp32', LOSS), [own.rows], [], (b) => [b.make(plan.batch, 'fp32', LOSS)]);
  letGo(e, own);
  e.release(labels);
  return { loss, held: [], leaves: own.leaves };
}

function letGo(e: Engine, { rows, held }: Pass): void {
  for (const t of [rows, ...held]) e.release(t);
}
