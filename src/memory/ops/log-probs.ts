// The log-probability of each next token, from whole logits.

import { type Engine, temporary } from '../engine/engine.ts';
import { label } from '../engine/sink.ts';
import type { Slot, Tensor } from '../engine/tensor.ts';
import { slice } from './slice.ts';

const IN_ORDER = label('logits in order', 'logits');
const LOG_SOFTMAX = label('log_softmax', 'logits');
const LOG_SOFTMAX_GRADIENT = label('gradient of log_softmax', 'logits');
const GATHER_GRADIENT = label('gradient of gather', 'logits');
const NEXT = label('next tokens and their mask', 'buffers');
const CHOSEN = label('log-probability of each token', 'logits');

/**
 * get_batch_logps (LLaMA-Factory, train/trainer_utils.py 0.9.5): `gather(logits[:, :-1].log_softmax(-1), labels)`, masked and
 * summed over each row. More than one row is no plain matrix without its last token: the kernel copies it first.
 */
export function batchLogProbs(e: Engine, logits: Tensor, batch: number, tokens: number): Tensor {
  const all = batch * (tokens - 1);
  const labels = e.make(all, 'i64', NEXT);
  const mask = e.make(all, 'u8', NEXT);
  const scores = slice(e, logits, (logits.elements / tokens) * (tokens - 1));
  const each = gather(e, temporary(logSoftmax(e, temporary(scores), batch > 1)), labels, all);
  const masked = multiply(e, temporary(each), mask);
  const rows = e.record(e.make(batch, 'fp32', CHOSEN), [temporary(masked)], [], (b) => [b.make(all, 'fp32', CHOSEN)]);
  for (const t of [labels, mask]) e.release(t);
  return rows;
}

/** Saves its result. Backward wants its gradient in order, which it is. */
function logSoftmax(e: Engine, x: Tensor, copies: boolean): Tensor {
  const { elements, dtype } = x;
  const inOrder = copies ? e.make(elements, dtype, IN_ORDER) : null;
  const out = e.make(elements, dtype, LOG_SOFTMAX);
  const saved: Slot[] = [];
  if (e.needsGrad(x)) e.save(saved, out);
  e.release(inOrder);
  return e.record(out, [x], saved, (b) => [b.make(elements, dtype, LOG_SOFTMAX_GRADIENT)]);
}

/** `torch.gather`: saves what it takes from, for its size alone, and the index. */
function gather(e: Engine, x: Tensor, index: Tensor, n: number): Tensor {
  const { elements, dtype } = x;
  const saved: Slot[] = [];
  if (e.needsGrad(x)) for (const t of [x, index]) e.save(saved, t);
  return e.record(e.make(n, dtype, CHOSEN), [x], saved, (b) => [b.make(elements, dtype, GATHER_GRADIENT)]);
}

function multiply(e: Engine, x: Tensor, mask: Tensor): Tensor {
  const saved: Slot[] = [];
  if (e.needsGrad(x)) e.save(saved, mask);
  const n = x.elements;
  return e.record(e.make(n, x.dtype, CHOSEN), [x], saved, (b, g) => [b.make(n, g.dtype, CHOSEN)]);
}
