// Cross-entropy (aten/src/ATen/native/LossNLL.cpp, SoftMax.cu). Its big tensors are tokens x vocabulary.

import type { Engine } from '../engine/engine.ts';
import { temporary } from '../engine/engine.ts';
import { label } from '../engine/sink.ts';
import { type Slot, savedTensor, type Tensor } from '../engine/tensor.ts';
import { to } from './cast.ts';

export const LOGITS = label('logits', 'logits');
export const LOGITS_FP32 = label('logits in fp32', 'logits');
export const SHIFTED_LOGITS = label('shifted logits', 'logits');
const LOG_SOFTMAX = label('log_softmax', 'logits');
const LOG_SOFTMAX_CAST = label('log_softmax in fp32', 'logits');
const LOSS = label('loss', 'logits');
const NLL_GRADIENT = label('gradient of nll_loss', 'logits');
const LOGITS_GRADIENT = label('gradient of log_softmax', 'logits');

/**
 * log_softmax, then nll_loss. Under autocast log_softmax keeps its input's type and nll_loss casts to fp32. Each saves: the
 * former its result, the latter its input.
 */
export function crossEntropy(e: Engine, logits: Tensor, target: Tensor): Tensor {
  const { elements, dtype } = logits;
  const logSoftmax = e.make(elements, dtype, LOG_SOFTMAX);
  const needed = e.needsGrad(logits);
  const savedResult: Slot[] = [];
  if (needed) e.save(savedResult, logSoftmax);
  e.record(logSoftmax, [logits], savedResult, (b) => [b.make(elements, dtype, LOGITS_GRADIENT)]);

  const input = e.autocast ? to(e, temporary(logSoftmax), 'fp32', LOG_SOFTMAX_CAST) : logSoftmax;
  const inputType = input.dtype;
  const saved: Slot[] = [];
  if (needed) for (const t of [input, target]) e.save(saved, t);
  const loss = e.make(1, inputType, LOSS);
  const totalWeight = e.make(1, inputType, LOSS);
  if (needed) e.save(saved, totalWeight);
  e.record(loss, [temporary(input)], saved, (b) => [b.make(elements, inputType, NLL_GRADIENT)]);
  e.release(totalWeight);
  return e.settle(loss, [logits]);
}

/** `cross_entropy(…, reduction="none")` in the logits' own type: a loss a row. */
export function crossEntropyEach(e: Engine, logits: Tensor, target: Tensor, rows: number): Tensor {
  const { elements, dtype } = logits;
  const needed = e.needsGrad(logits);
  const logSoftmax = e.make(elements, dtype, LOG_SOFTMAX);
  const savedResult: Slot[] = [];
  if (needed) e.save(savedResult, logSoftmax);
  e.record(logSoftmax, [logits], savedResult, (b) => [b.make(elements, dtype, LOGITS_GRADIENT)]);
  const saved: Slot[] = [];
  if (needed) for (const t of [logSoftmax, target]) e.save(saved, t);
  const loss = e.make(rows, dtype, LOSS);
  return e.record(loss, [temporary(logSoftmax)], saved, (b) => [b.make(elements, dtype, NLL_GRADIENT)]);
}

/**
 * One kernel for the whole loss (Unsloth, kernels/cross_entropy_loss.py; fms-acceleration takes the same): the gradient is
 * written over the logits.
 */
export function fusedCrossEntropy(e: Engine, logits: Tensor, target: Tensor, rows: number): Tensor {
  const losses = e.make(rows, 'fp32', LOSS);
  const logSum = e.make(rows, 'fp32', LOSS);
  const saved: Slot[] = [];
  if (e.needsGrad(logits)) for (const t of [logits, logSum, target]) e.save(saved, t);
  const loss = e.make(1, 'fp32', LOSS);
  e.record(loss, [logits], saved, (b, _g, _wanted, node) => {
    const own = savedTensor(node, 0);
    if (!own) throw new Error('the logits are saved');
    return [b.keep(own)];
  });
  e.release(losses);
  e.release(logSum);
  return loss;
}

/**
 * `logits[..., :-1, :].contiguous()`: a copy, except for one row, where the slice is contiguous already. Its gradient is a
 * zero-filled tensor of the full size. The result has the shifted size either way.
 */
export function shiftLogits(e: Engine, logits: Tensor, batch: number, tokens: number): Tensor {
  const { elements, dtype } = logits;
  const shifted = (elements / tokens) * (tokens - 1);
  const storage = batch > 1 ? e.make(shifted, dtype, SHIFTED_LOGITS) : e.view(logits);
  const out: Tensor = { ...storage, elements: shifted };
  return e.record(out, [logits], [], (b) => [b.make(elements, dtype, LOGITS_GRADIENT)]);
}
