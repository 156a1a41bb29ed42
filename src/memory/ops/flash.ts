// FlashAttention-2 as torch carries it (aten/src/ATen/native/transformers/cuda/flash_attn/flash_api.cpp).

import type { Engine } from '../engine/engine.ts';
import { label } from '../engine/sink.ts';
import type { Slot, Tensor } from '../engine/tensor.ts';
import type { AttentionCall } from './attention.ts';

const OUTPUT = label('attention output', 'activations');
const LOG_SUM = label('log-sum-exp', 'activations');
const RANDOM_STATE = label('random state', 'activations');
const PARTIAL = label('outputs of split keys', 'temporaries');
const ORDERED = label('attention output in order for backward', 'temporaries');
const GRADIENT = label('gradient of q, k, v', 'temporaries');
const ACCUMULATOR = label('flash backward accumulators', 'temporaries');
const EXPANDED = label('gradient of k, v at all heads', 'temporaries');

const MULTIPLE = 32;
const WIDEST_ROUNDED = 192;
/** flash_api.cpp: head_size_rounded. */
const roundedHead = (d: number): number => (d <= WIDEST_ROUNDED ? Math.ceil(d / MULTIPLE) * MULTIPLE : 256);

/** Keys are split when batch x heads x query blocks do not fill the card (num_splits_heuristic). */
export function keySplits(multiprocessors: number, call: AttentionCall): number {
  const slots = multiprocessors * 2;
  const keyBlock = call.headDim <= 64 ? 256 : call.headDim <= 128 ? 128 : 64;
  const rows = call.batch * call.heads * Math.ceil(call.tokens / 64);
  const columns = Math.ceil(call.tokens / keyBlock);
  if (rows >= Math.fround(0.8) * slots) return 1;
  const max = Math.min(128, slots, columns);
  const eligible = (n: number): boolean => n === 1 || Math.ceil(columns / n) !== Math.ceil(columns / (n - 1));
  const efficiency = (n: number): number => {
    const waves = (rows * n) / slots;
    return waves / Math.ceil(waves);
  };
  const candidates = Array.from({ length: max }, (_, i) => i + 1).filter(eligible);
  const best = Math.max(0, ...candidates.map(efficiency));
  return candidates.find((n) => efficiency(n) >= 0.85 * best) ?? 1;
}

export function flash(
  e: Engine,
  [q, k, v]: readonly [Tensor, Tensor, Tensor],
  call: AttentionCall,
  saved: Slot[],
  needed: boolean,
): Tensor {
  const { batch, heads, tokens } = call;
  const { dtype, elements: qSize } = q;
  const kSize = k.elements;
  const headSize = roundedHead(call.headDim);
  const statistics = batch * heads * tokens;

  const out = e.make(qSize, dtype, OUTPUT);
  const logSum = e.make(statistics, 'fp32', LOG_SUM);
  const splits = keySplits(e.card.multiprocessors, call);
  const partial =
    splits > 1
      ? [e.make(splits * statistics, 'fp32', PARTIAL), e.make(splits * statistics * headSize, 'fp32', PARTIAL)]
      : [];
  const seed = e.make(2, 'i64', RANDOM_STATE);
  const offset = e.make(1, 'i64', RANDOM_STATE);
  if (needed) for (const t of [out, logSum, seed, offset]) e.save(saved, t);
  e.record(out, [q, k, v], saved, (b) => {
    // The output takes the queries' order; backward wants it as [batch, tokens, heads, dim].
    const ordered = call.headsFirst ? b.make(qSize, dtype, ORDERED) : null;
    // All three, wanted or not.
    const gradients = [qSize, kSize, kSize].map((n) => b.make(n, dtype, GRADIENT));
    const rounded = Math.ceil(tokens / 128) * 128;
    const inner = [
      b.make(batch * heads * rounded, 'fp32', ACCUMULATOR),
      b.make(batch * rounded * heads * headSize, 'fp32', ACCUMULATOR),
    ];
    if (kSize !== qSize) inner.push(b.make(qSize, dtype, EXPANDED), b.make(qSize, dtype, EXPANDED));
    for (const t of inner.reverse()) b.release(t);
    b.release(ordered);
    return gradients;
  });
  for (const t of [logSum, seed, offset, ...partial]) e.release(t);
  return out;
}
