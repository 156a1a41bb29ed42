// The bytes a run certainly holds although its step is not modelled: weights, gradients and optimizer state of one GPU.

import { type Bytes, bytes } from '../base/bytes.ts';
import type { Dtype, Method, TrainingRun } from './run.ts';
import { type ModelShape, parameterCount, type WeightShape, weightElements } from './shape.ts';

const SIZE: Readonly<Record<Dtype, number>> = { fp32: 4, bf16: 2, fp16: 2 };
/** Bytes a value of a quantised linear, scales included; the smallest that the method can have. */
const QUANTISED: Readonly<Record<string, number>> = {
  nf4: 0.5625,
  'nf4-double': 0.5159,
  fp4: 0.5625,
  int8: 1,
  fp8: 1,
  gptq: 0.5,
  awq: 0.5,
  aqlm: 0.25,
  hqq: 0.25,
  eetq: 1,
  mxfp4: 0.53,
};
/** Optimizers that keep two full moments beside each parameter. */
const TWO_MOMENTS: ReadonlySet<string> = new Set(['adamw', 'adam']);

export function floorOf(run: TrainingRun, shape: ModelShape): Bytes {
  const total = parameterCount(shape);
  const linears = shape.layers.reduce((n, k) => n + linearElements(shape.kinds[k]?.weights ?? []), 0);
  const quantised = run.weights.quantization === 'none' ? 0 : linears;
  const perQuantised = QUANTISED[run.weights.quantization] ?? 0;
  const weights = (total - quantised) * SIZE[run.weights.dtype] + quantised * perQuantised;
  const trained = trainedElements(run.method, shape, total);
  const shards = shardsOf(run);
  return bytes(Math.floor(weights / shards.weights + (trained * stateBytes(run)) / shards.states));
}

const linearElements = (weights: readonly WeightShape[]): number =>
  weights.filter((w) => w.kind === 'linear' || w.kind === 'experts').reduce((n, w) => n + weightElements(w), 0);

function trainedElements(method: Method, shape: ModelShape, total: number): number {
  if (method.kind === 'full') return total;
  if (method.kind !== 'lora') return 0;
  const wanted = method.targets;
  return shape.layers.reduce((n, k) => {
    const targets = (shape.kinds[k]?.weights ?? []).filter(
      (w) =>
        w.kind === 'linear' && (wanted === 'all-linear' || wanted.includes(w.name.slice(w.name.lastIndexOf('.') + 1))),
    );
    return n + targets.reduce((sum, w) => sum + method.rank * (w.rows + w.cols), 0);
  }, 0);
}

/** Gradient and optimizer state of one trained value, where both are sure to be on the GPU. */
function stateBytes(run: TrainingRun): number {
  const own =
    SIZE[run.method.kind === 'lora' ? run.method.adapterDtype : (run.weights.trainableDtype ?? run.weights.dtype)];
  const gradient = run.optimizer.inBackward || run.parallel.offload !== 'none' ? 0 : own;
  const offloaded = run.parallel.offload !== 'none' || run.optimizer.paged || run.optimizer.implementation === 'cpu';
  if (offloaded || !TWO_MOMENTS.has(run.optimizer.name)) return gradient;
  const kept = run.weights.master === 'fp32' ? SIZE.fp32 : own;
  const master = run.weights.master === 'fp32' ? SIZE.fp32 : 0;
  return gradient + master + (run.optimizer.bits / 8) * 2 * (run.optimizer.bits === 32 ? kept / 4 : 1);
}

function shardsOf(run: TrainingRun): { readonly weights: number; readonly states: number } {
  const { gpus, strategy, tensor, pipeline } = run.parallel;
  const shardsWeights = strategy === 'zero3' || strategy === 'fsdp1' || strategy === 'fsdp2' || strategy === 'hsdp';
  const shardsStates = shardsWeights || strategy === 'zero1' || strategy === 'zero2';
  const model = tensor * pipeline;
  return {
    weights: shardsWeights ? Math.max(gpus, model) : model,
    states: shardsStates ? Math.max(gpus, model) : model,
  };
}
