// Cut cross-entropy (apple/ml-cross-entropy: cut_cross_entropy/cce.py, cce_backward.py): logits exist block by block inside a
// kernel. What stays is a statistic a token and a word; backward makes the two gradients in the operands' own type.

import type { Engine } from '../engine/engine.ts';
import { label } from '../engine/sink.ts';
import { elementsOf, type Parameter, type Slot, type Tensor } from '../engine/tensor.ts';
import { autocast, WEIGHT_CAST } from './cast.ts';

const STATISTIC = label('statistics of cut cross-entropy', 'logits');
const LOSS = label('loss', 'logits');
const HIDDEN_GRADIENT = label('gradient of the head’s input', 'logits');
const HEAD_GRADIENT = label('head weight gradient', 'gradients');

export function cutCrossEntropy(e: Engine, last: Tensor, head: Parameter, labels: Tensor): Tensor {
  const c = autocast(e, head.tensor, WEIGHT_CAST);
  const x = autocast(e, last);
  const { dtype } = x;
  const rows = x.elements / head.cols;
  const logSum = e.make(rows, 'fp32', STATISTIC);
  const average = e.make(head.rows, 'fp32', STATISTIC);
  const dot = e.make(rows, 'fp32', STATISTIC);
  const loss = e.make(1, 'fp32', LOSS);
  e.release(dot);
  const saved: Slot[] = [];
  if (e.needsGrad(x) || e.needsGrad(c)) for (const t of [x, c, logSum, labels, average]) e.save(saved, t);
  const elements = x.elements;
  e.record(loss, [x, c], saved, (b, _g, wanted) => {
    b.scratch(head.rows * 20, STATISTIC); // argsort of the words' averages
    const forHidden = wanted[0] ? b.make(elements, dtype, HIDDEN_GRADIENT) : null;
    return [forHidden, wanted[1] ? b.make(elementsOf(head), dtype, HEAD_GRADIENT) : null];
  });
  for (const t of [logSum, average, x, c]) e.release(t);
  return loss;
}
