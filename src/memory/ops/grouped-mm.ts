// torch.nn.functional.grouped_mm: one product over rows that are sorted by expert (aten/src/ATen/native/cuda/GroupedBlas.cpp).

import type { Engine } from '../engine/engine.ts';
import { label } from '../engine/sink.ts';
import type { Parameter, Slot, Tensor } from '../engine/tensor.ts';
import { to } from './cast.ts';
import { cublas } from './kernels.ts';

const OUTPUT = label('grouped product of experts', 'activations');
const WEIGHT_GRADIENT = label('weight gradient', 'gradients');
const INPUT_GRADIENT = label('gradient of the experts’ input', 'temporaries');
const PROBLEMS = label('grouped product: problem list', 'temporaries');
const WORKSPACE = label('grouped product: workspace', 'temporaries');
/** Pointers, strides and sizes of one group's product (GroupMM.cu). */
const BYTES_PER_GROUP = 60;
const KERNEL_WORKSPACE = 67_584;
const HOPPER = 90;

/** A stack of weights as the product sees it: a parameter, or the result of adding its adapter. */
export interface Stack {
  readonly tensor: Tensor;
  readonly groups: number;
  readonly rows: number;
  readonly cols: number;
}
export const stackOf = (p: Parameter): Stack => ({ tensor: p.tensor, groups: p.count, rows: p.rows, cols: p.cols });

/** Not on autocast's list: the input takes the weights' type. `offsets` is saved with both. */
export function groupedMm(e: Engine, x: Tensor, stack: Stack, offsets: Tensor): Tensor {
  const rows = x.elements / stack.cols;
  const input = to(e, x, stack.tensor.dtype);
  const weight = stack.tensor;
  const saved: Slot[] = [];
  if (e.needsGrad(weight)) e.save(saved, input);
  if (e.needsGrad(input)) e.save(saved, weight);
  if (saved.length > 0 || e.needsGrad(weight) || e.needsGrad(input)) e.save(saved, offsets);
  const { dtype, elements } = weight;
  const out = product(e, rows * stack.rows, dtype, OUTPUT, stack.groups);
  e.record(out, [input, weight], saved, (b, _g, wanted) => {
    const gw = wanted[1] ? product(b, elements, dtype, WEIGHT_GRADIENT, stack.groups) : null;
    return [wanted[0] ? product(b, rows * stack.cols, dtype, INPUT_GRADIENT, stack.groups) : null, gw];
  });
  e.release(input);
  return out;
}

/** bf16 on Hopper has a kernel of its own; everything else multiplies group by group. */
function product(e: Engine, elements: number, dtype: Tensor['dtype'], what: typeof OUTPUT, groups: number): Tensor {
  const out = e.make(elements, dtype, what);
  if (dtype !== 'bf16' || e.card.sm < HOPPER) {
    cublas(e);
    return out;
  }
  const problems = e.make(groups * BYTES_PER_GROUP, 'u8', PROBLEMS);
  e.scratch(KERNEL_WORKSPACE, WORKSPACE);
  e.release(problems);
  return out;
}
