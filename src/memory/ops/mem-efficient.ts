// Memory-efficient attention (aten/src/ATen/native/transformers/cuda/attention.cu and attention_backward.cu).

import type { Engine } from '../engine/engine.ts';
import { label } from '../engine/sink.ts';
import type { Slot, Tensor } from '../engine/tensor.ts';
import type { AttentionCall } from './attention.ts';

const OUTPUT = label('attention output', 'activations');
const LOG_SUM = label('log-sum-exp', 'activations');
const RANDOM_STATE = label('random state', 'activations');
const GRADIENT = label('gradient of q, k, v', 'temporaries');
const EXPANDED = label('gradient of k, v at all heads', 'temporaries');
const DELTA = label('delta of attention backward', 'temporaries');
const ACCUMULATOR = label('attention backward accumulators', 'temporaries');
/** A 64 x 64 tile of fp32 and 16 B (mem_eff_attention/kernel_backward.h, GradQTempStorage). */
const TILE = 4100 * 4;

export function memEfficient(
  e: Engine,
  [q, k, v]: readonly [Tensor, Tensor, Tensor],
  call: AttentionCall,
  saved: Slot[],
  needed: boolean,
): Tensor {
  const { batch, heads, tokens, headDim } = call;
  const { dtype, elements: qSize } = q;
  const kSize = k.elements;
  const statistics = batch * heads * tokens;

  const seed = e.make(1, 'i64', RANDOM_STATE);
  const offset = e.make(1, 'i64', RANDOM_STATE);
  const out = e.make(qSize, dtype, OUTPUT);
  const logSum = e.make(batch * heads * Math.ceil(tokens / 32) * 32, 'fp32', LOG_SUM);
  if (needed) for (const t of [out, logSum, seed, offset]) e.save(saved, t);
  e.record(out, [q, k, v], saved, (b) => {
    const gradients = [qSize, kSize, kSize].map((n) => b.make(n, dtype, GRADIENT));
    const expanded = kSize === qSize ? [] : [b.make(qSize, dtype, EXPANDED), b.make(qSize, dtype, EXPANDED)];
    const product = dtype === 'fp32' ? b.make(qSize, dtype, DELTA) : null; // (grad_out * out).sum(-1)
    const sum = product && b.make(statistics, 'fp32', DELTA);
    const delta = b.make(statistics, 'fp32', DELTA);
    b.release(sum);
    b.release(product);
    b.scratch(batch * heads * Math.ceil(tokens / 64) * Math.ceil(headDim / 64) * TILE, ACCUMULATOR);
    b.release(delta);
    for (const t of expanded) b.release(t);
    return gradients;
  });
  for (const t of [logSum, seed, offset]) e.release(t);
  return out;
}
