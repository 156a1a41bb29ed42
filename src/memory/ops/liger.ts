// Liger's Triton kernels (linkedin/Liger-Kernel, src/liger_kernel/ops): fewer saved tensors, gradients written over inputs.

import { borrow, type Engine, letGo } from '../engine/engine.ts';
import { label } from '../engine/sink.ts';
import { elementsOf, type Parameter, promote, type Slot, savedTensor, type Tensor } from '../engine/tensor.ts';
import { autocast, to, WEIGHT_CAST } from './cast.ts';
import { columnSumScratch, cublas } from './kernels.ts';

const NORM = label('RMSNorm (Liger)', 'activations');
const ROW_STATISTIC = label('RMSNorm row statistic (Liger)', 'activations');
const PARTIAL = label('RMSNorm partial weight gradients (Liger)', 'temporaries');
const NORM_GRADIENT = label('norm weight gradient', 'gradients');
const SWIGLU = label('SwiGLU (Liger)', 'activations');
const INPUT_GRADIENT = label('gradient of the head’s input (Liger)', 'logits');
const WEIGHT_GRADIENT = label('head weight gradient, made in forward (Liger)', 'gradients');
const CHUNK = label('logits of one chunk (Liger)', 'logits');
const CHUNK_PRODUCT = label('products of one chunk (Liger)', 'logits');
const ROW_LOSS = label('loss of each token (Liger)', 'logits');

/**
 * rms_norm.py: saves its input and one fp32 statistic a row. Backward writes dX over dY, and makes one row of weight
 * gradients per multiprocessor whether the weight is trained or not.
 */
export function ligerRmsNorm(e: Engine, x: Tensor, weight: Parameter): Tensor {
  const owned = borrow(x);
  const rows = x.elements / weight.cols;
  const saved: Slot[] = [];
  const out = e.make(x.elements, x.dtype, NORM);
  const statistic = e.make(rows, 'fp32', ROW_STATISTIC);
  if (e.needsGrad(x) || e.needsGrad(weight.tensor)) {
    e.save(saved, x);
    e.save(saved, statistic);
  }
  const { dtype } = weight.tensor;
  e.record(out, [x, weight.tensor], saved, (b, g) => {
    const partial = b.make(b.card.multiprocessors * weight.cols, 'fp32', PARTIAL);
    const sum = b.make(weight.cols, 'fp32', NORM_GRADIENT);
    columnSumScratch(b, b.card.multiprocessors, weight.cols);
    const gradient = to(b, sum, dtype, NORM_GRADIENT);
    b.release(sum);
    b.release(partial);
    return [viewOf(b, g), gradient];
  });
  e.release(statistic);
  letGo(e, x, owned);
  return out;
}

/** swiglu.py: silu(gate) * up in one kernel; saves gate and up, and writes their gradients over them. */
export function ligerSwiGlu(e: Engine, gate: Tensor, up: Tensor): Tensor {
  const saved: Slot[] = [];
  if (e.needsGrad(gate) || e.needsGrad(up)) {
    e.save(saved, gate);
    e.save(saved, up);
  }
  const out = e.make(gate.elements, gate.dtype, SWIGLU);
  return e.record(out, [gate, up], saved, (b, _g, _wanted, node) =>
    [savedTensor(node, 0), savedTensor(node, 1)].map((t) => t && viewOf(b, t)),
  );
}

/** rope.py: turns q (or k) in place, and its gradient too. The caller's handle is taken over. */
export function ligerRotary(e: Engine, q: Tensor, cos: Tensor, sin: Tensor): Tensor {
  const saved: Slot[] = [];
  if (e.needsGrad(q)) {
    e.save(saved, cos);
    e.save(saved, sin);
  }
  const out = e.view(q);
  e.record(out, [q], saved, (b, g) => [viewOf(b, g)]);
  e.release(q);
  return out;
}

function viewOf(e: Engine, t: Tensor): Tensor {
  const v = e.view(t);
  v.fresh = false;
  return v;
}

const nextPowerOfTwo = (n: number): number => 2 ** Math.ceil(Math.log2(Math.max(1, n)));

/**
 * fused_linear_cross_entropy.py: head and loss in chunks of tokens, gradients already in forward. The chunk is as many rows
 * as make its logits about as large as the whole input. Only the input's gradient (and the head's, if trained) is kept.
 */
export function ligerLinearCrossEntropy(e: Engine, x: Tensor, head: Parameter, target: Tensor): Tensor {
  const w = withoutGrad(e, () => autocast(e, head.tensor, WEIGHT_CAST)); // a Function's forward records no graph
  const input = e.keep(x);
  const rows = input.elements / head.cols;
  const chunkRows = Math.min(rows, nextPowerOfTwo(Math.ceil(rows / Math.ceil(head.rows / head.cols))));
  const inputGradient = e.make(input.elements, input.dtype, INPUT_GRADIENT);
  const trained = e.needsGrad(head.tensor);
  const weightGradient = trained ? e.make(elementsOf(head), head.tensor.dtype, WEIGHT_GRADIENT) : null;
  const losses = e.make(rows, 'fp32', ROW_LOSS);
  const mask = e.make(rows, 'u8', ROW_LOSS);
  e.scratch(8, ROW_LOSS);
  const dtype = e.autocast ?? promote(input.dtype, head.tensor.dtype);
  for (let start = 0; start < rows; start += chunkRows) {
    chunk(e, Math.min(chunkRows, rows - start), { head, dtype, inputType: input.dtype, trained });
  }
  const loss = e.make(1, 'fp32', ROW_LOSS);
  for (const t of [losses, mask]) e.release(t);
  const saved: Slot[] = [];
  if (e.needsGrad(x) || trained) e.save(saved, inputGradient);
  if (weightGradient) e.save(saved, weightGradient);
  e.record(loss, [x, head.tensor], saved, (b, _g, _wanted, node) => [
    viewOf(b, savedTensor(node, 0) ?? inputGradient),
    trained ? viewOf(b, savedTensor(node, 1) ?? inputGradient) : null,
  ]);
  for (const t of [inputGradient, weightGradient, input, w]) e.release(t);
  return e.settle(loss, [target]);
}

function withoutGrad<T>(e: Engine, run: () => T): T {
  const { grad } = e;
  e.grad = false;
  const result = run();
  e.grad = grad;
  return result;
}

interface ChunkTraits {
  readonly head: Parameter;
  readonly dtype: Tensor['dtype'];
  readonly inputType: Tensor['dtype'];
  readonly trained: boolean;
}
function chunk(e: Engine, rows: number, { head, dtype, inputType, trained }: ChunkTraits): void {
  const casts = e.autocast && inputType !== dtype ? [e.make(rows * head.cols, dtype, CHUNK_PRODUCT)] : [];
  const logits = e.make(rows * head.rows, dtype, CHUNK);
  cublas(e);
  const product = e.make(rows * head.cols, dtype, CHUNK_PRODUCT);
  cublas(e);
  e.release(product);
  if (trained) {
    const gradient = e.make(elementsOf(head), dtype, CHUNK_PRODUCT);
    cublas(e);
    if (dtype !== 'fp32') e.scratch(elementsOf(head) * 4, CHUNK_PRODUCT); // `.float()` before it is added
    e.release(gradient);
  }
  e.release(logits);
  for (const t of casts) e.release(t);
}
