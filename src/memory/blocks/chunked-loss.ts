// Losses that never have the whole vocabulary for all tokens at once, in plain PyTorch: the last hidden states, or the logits, are
// split along the row and each piece has a cross-entropy of its own.
// litgpt: chunked_cross_entropy with lm_head_chunk_size (litgpt/utils.py, model.py). torchtune: CEWithChunkedOutputLoss
// (modules/loss/ce_chunked_output_loss.py), and LinearCrossEntropyLoss, which applies the head inside (cross_entropy_loss.py).

import { type Engine, temporary } from '../engine/engine.ts';
import { label } from '../engine/sink.ts';
import type { Tensor } from '../engine/tensor.ts';
import { to } from '../ops/cast.ts';
import { crossEntropy, LOGITS_FP32 } from '../ops/loss.ts';
import { addInPlace } from '../ops/pointwise.ts';
import type { ChunkPlan } from '../plan.ts';
import { headOutput } from './head.ts';
import type { Model } from './model.ts';

const GATHERED = label('gradient gathered from pieces', 'temporaries');
const SELECTED = label('last hidden states of tokens that count', 'activations');
const SELECTED_GRADIENT = label('gradient of the last hidden states', 'temporaries');
const LABELS = label('shifted labels', 'buffers');

/** The loss, and the logits that the model's caller holds. `last` is taken over. */
export function chunkedLoss(
  e: Engine,
  model: Model,
  last: Tensor,
  chunk: ChunkPlan,
): { loss: Tensor; held: readonly Tensor[] } {
  const { plan } = model;
  const labels = e.make(plan.batch * plan.tokens, 'i64', LABELS);
  const head = (piece: Tensor): Tensor => headOutput(e, model, piece, plan.batch > 1);
  const one = (logits: Tensor): Tensor => pieceLoss(e, logits, labels, chunk.upcast);
  const forget = (pieces: readonly Tensor[]): void => {
    for (const t of [...pieces, last]) e.release(t);
  };
  const done = (losses: readonly Tensor[], held: readonly Tensor[]): { loss: Tensor; held: readonly Tensor[] } => {
    e.release(labels);
    return { loss: total(e, losses), held };
  };
  if (chunk.scope === 'loss') {
    const logits = headOutput(e, model, temporary(last));
    const rows = split(e, logits, plan.batch * plan.tokens, chunk.tokens);
    return done(
      rows.map((piece) => one(temporary(piece))),
      [logits],
    );
  }
  if (!chunk.keepsLogits && plan.program === 'torchtune') return done(headInside(e, model, last, chunk, labels), []);
  const pieces = split(e, last, plan.tokens, chunk.tokens);
  if (chunk.keepsLogits) {
    const logits = pieces.map(head);
    forget(pieces);
    return done(logits.map(one), logits);
  }
  const losses = pieces.map((piece) => one(temporary(head(piece))));
  forget(pieces);
  return done(losses, []);
}

/**
 * LinearCrossEntropyLoss: tokens that count are gathered into one matrix, whose pieces are matrices; each piece's logits are a local
 * of its loss. `last` is taken over.
 */
function headInside(e: Engine, model: Model, last: Tensor, chunk: ChunkPlan, labels: Tensor): Tensor[] {
  const { plan } = model;
  const selected = e.record(e.make(last.elements, last.dtype, SELECTED), [last], [], (b, g) => [
    b.make(g.elements, g.dtype, SELECTED_GRADIENT),
  ]);
  const pieces = split(e, selected, plan.batch * plan.tokens, plan.batch * chunk.tokens);
  const losses = pieces.map((piece) => {
    const logits = headOutput(e, model, piece);
    const loss = pieceLoss(e, logits, labels, chunk.upcast);
    e.release(logits);
    return loss;
  });
  for (const t of [...pieces, selected, last]) e.release(t);
  return losses;
}

function pieceLoss(e: Engine, logits: Tensor, labels: Tensor, upcast: boolean): Tensor {
  return crossEntropy(e, upcast ? temporary(to(e, logits, 'fp32', LOGITS_FP32)) : logits, labels);
}

function total(e: Engine, [first, ...rest]: readonly Tensor[]): Tensor {
  if (!first) throw new Error('a row has at least one piece');
  return rest.reduce((sum, loss) => addInPlace(e, sum, temporary(loss)), first);
}

/**
 * `x.split(n)`: views. SplitBackward runs when every piece has its gradient, and concatenates them; here the first
 * piece's node, which runs last, stands for it.
 */
function split(e: Engine, x: Tensor, length: number, tokens: number): Tensor[] {
  const width = x.elements / length;
  const count = Math.ceil(length / tokens);
  const gathered: Tensor[] = [];
  return Array.from({ length: count }, (_, i) => {
    const rows = Math.min(tokens, length - i * tokens);
    const piece: Tensor = { ...e.view(x), elements: rows * width };
    return e.record(piece, [x], [], (b, g) => {
      gathered.push(b.keep(g));
      if (i > 0) return [null];
      const whole = b.make(x.elements, g.dtype, GATHERED);
      for (const t of gathered.splice(0)) b.release(t);
      return [whole];
    });
  });
}
