// Memory-efficient attention (aten/src/ATen/native/transformers/cuda/attention.cu and attention_backward.cu).

import type { Engine } from '../engine/engine.ts';
import { label } from '../engine/sink.ts';
import { ELEMENT_SIZE, type Slot, type Tensor } from '../engine/tensor.ts';
import type { AttentionCall } from './attention.ts';

const OUTPUT = label('attention output', 'activations');
const LOG_SUM = label('log-sum-exp', 'activations');
const RANDOM_STATE = label('random state', 'activations');
const GRADIENT = label('gradient of q, k, v', 'temporaries');
const EXPANDED = label('gradient of k, v at all heads', 'temporaries');
const DELTA = label('delta of attention backward', 'temporaries');
const ACCUMULATOR = label('attention backward accumulators', 'temporaries');
/**
 * Block sizes of the backward kernel that is taken for a head, in 16 bits (cutlassB.h: 64x64_k64, 128x128_k128,
 * 128x64_k65536) and in fp32, which needs no staging: its gradients are summed where they stay.
 */
const TILES = {
  half: [
    { upTo: 64, rows: 64, keys: 64, columns: 64, staged: false },
    { upTo: 128, rows: 128, keys: 64, columns: 128, staged: false },
    { upTo: Number.POSITIVE_INFINITY, rows: 128, keys: 64, columns: 64, staged: true },
  ],
  fp32: [
    { upTo: 64, rows: 64, keys: 64, columns: 64, staged: false },
    { upTo: Number.POSITIVE_INFINITY, rows: 64, keys: 64, columns: 128, staged: false },
  ],
} as const;
const WIDEST_IN_REGISTERS = 128;
/** A lock and a counter beside each tile of dq (kernel_backward.h, GradQTempStorage). */
const LOCK = 16;
/** Splitting keys is worth less than their staging area beyond this many blocks (attention_backward.cu). */
const MOST_SPLITS = 200;

/** Workspace of one backward (kernel_backward.h, workspace_elements_*): dq by tiles; for wide heads dk and dv by key splits. */
function workspace({ batch, heads, tokens, headDim, valueDim = headDim }: AttentionCall, inFp32: boolean): number {
  const { rows, keys, columns, staged } =
    TILES[inFp32 ? 'fp32' : 'half'].find((t) => Math.max(headDim, valueDim) <= t.upTo) ?? TILES.half[2];
  const dq = Math.ceil(tokens / rows) * Math.ceil(headDim / columns) * (LOCK + rows * columns * 4);
  const splits = Math.max(1, Math.min(Math.ceil(tokens / keys), Math.floor(MOST_SPLITS / (batch * heads))));
  const aligned = (width: number): number => Math.ceil(width / rows) * rows;
  const dkv = staged ? splits * keys * (aligned(headDim) + aligned(valueDim)) * 4 : 0;
  return batch * heads * (dq + dkv);
}

export function memEfficient(
  e: Engine,
  [q, k, v]: readonly [Tensor, Tensor, Tensor],
  call: AttentionCall,
  saved: Slot[],
  needed: boolean,
): Tensor {
  const { batch, heads, tokens } = call;
  const { dtype, elements: qSize } = q;
  const [kSize, vSize] = [k.elements, v.elements];
  const statistics = batch * heads * tokens;

  const seed = e.make(1, 'i64', RANDOM_STATE);
  const offset = e.make(1, 'i64', RANDOM_STATE);
  const outSize = statistics * (call.valueDim ?? call.headDim);
  const out = e.make(outSize, dtype, OUTPUT);
  const logSum = e.make(batch * heads * Math.ceil(tokens / 32) * 32, 'fp32', LOG_SUM);
  // Heads too wide for registers are summed in memory (kernel_forward.h, kNeedsOutputAccumulatorBuffer).
  const wide = Math.max(call.headDim, call.valueDim ?? 0) > WIDEST_IN_REGISTERS && dtype !== 'fp32';
  if (wide) e.scratch(outSize * ELEMENT_SIZE.fp32, ACCUMULATOR);
  if (needed) for (const t of [out, logSum, seed, offset]) e.save(saved, t);
  e.record(out, [q, k, v], saved, (b) => {
    const gradients = [qSize, kSize, vSize].map((n) => b.make(n, dtype, GRADIENT));
    const expanded =
      kSize === qSize || call.heads === call.kvHeads
        ? []
        : [b.make(qSize, dtype, EXPANDED), b.make(qSize, dtype, EXPANDED)];
    const product = dtype === 'fp32' ? b.make(outSize, dtype, DELTA) : null; // (grad_out * out).sum(-1)
    const sum = product && b.make(statistics, 'fp32', DELTA);
    const delta = b.make(statistics, 'fp32', DELTA);
    b.release(sum);
    b.release(product);
    const accumulators = b.make(workspace(call, dtype === 'fp32'), 'u8', ACCUMULATOR);
    b.release(delta);
    b.release(accumulators);
    for (const t of expanded) b.release(t);
    return gradients;
  });
  for (const t of [logSum, seed, offset]) e.release(t);
  return out;
}
