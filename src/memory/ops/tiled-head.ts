// TRL's fused head (trl/kernels/chunked_logprob.py, ChunkedLogProbFunction; trl/trainer/utils.py, add_fused_lm_head): scored
// tokens are projected in tiles of 4096 tokens by 32768 words into one buffer, which is that wide for smaller vocabularies too.

import type { Engine } from '../engine/engine.ts';
import { label } from '../engine/sink.ts';
import { elementsOf, type Parameter, type Slot, type Tensor } from '../engine/tensor.ts';
import { cublas } from './kernels.ts';

const TILE_TOKENS = 4096;
const TILE_WORDS = 32_768;
const STATISTICS = 7;

const SCORED = label('scored hidden states', 'activations');
const MASK = label('mask of scored tokens', 'buffers');
const STATISTIC = label('running statistics of the head', 'logits');
const TILE = label('one tile of logits', 'logits');
const CAST = label('one tile’s operands, cast', 'casts');
const LOG_PROBS = label('log-probability of each token', 'logits');
const HIDDEN_GRADIENT = label('gradient of the head’s input', 'logits');
const HEAD_GRADIENT = label('head weight gradient', 'gradients');
const HIDDEN32 = label('gradient of the head’s input in fp32', 'logits');
const HEAD32 = label('head weight gradient in fp32', 'logits');

/** What is scored: `batch` rows, of each at most `scored` next tokens. */
interface Scored {
  readonly batch: number;
  readonly tokens: number;
  readonly scored: number;
}

/** The loss of all scored tokens. `last` is not taken over. */
export function tiledHeadLoss(e: Engine, last: Tensor, head: Parameter, rows: Scored): Tensor {
  const mask = e.make(rows.batch * (rows.tokens - 1), 'u8', MASK);
  const out = logProbsOf(e, last, head, mask, rows);
  const scored = out.elements;
  const loss = e.make(1, 'fp32', LOG_PROBS);
  e.record(loss, [out], [], (b) => [b.make(scored, 'fp32', LOG_PROBS)]);
  e.release(out);
  e.release(mask);
  return loss;
}

/** The log-probability of every next token, zero where it is not scored, and what else of each token is returned. */
export function tiledLogProbs(
  e: Engine,
  last: Tensor,
  head: Parameter,
  rows: Scored,
  others: number,
): { readonly logProbs: Tensor; readonly held: readonly Tensor[] } {
  const all = rows.batch * (rows.tokens - 1);
  const mask = e.make(all, 'u8', MASK);
  const out = logProbsOf(e, last, head, mask, rows, others);
  const saved: Slot[] = [];
  if (e.needsGrad(out)) e.save(saved, mask);
  const { elements } = out;
  const logProbs = e.record(e.make(all, 'fp32', LOG_PROBS), [out], saved, (b) => [b.make(elements, 'fp32', LOG_PROBS)]);
  e.release(out);
  return { logProbs, held: [mask, ...Array.from({ length: others }, () => e.make(all, 'fp32', STATISTIC))] };
}

/** `hidden[:, :-1][mask]` through the head. */
function logProbsOf(e: Engine, last: Tensor, head: Parameter, mask: Tensor, rows: Scored, others = 0): Tensor {
  const scored = rows.batch * Math.min(rows.scored, rows.tokens - 1);
  const hidden = select(e, last, mask, scored * head.cols);
  const targets = e.make(scored, 'i64', MASK);
  const dtype = e.autocast ?? hidden.dtype;
  const statistics = Array.from({ length: STATISTICS }, () => e.make(scored, 'fp32', STATISTIC));
  const locals = project(e, hidden, head, dtype, 0);
  const logZ = e.make(scored, 'fp32', STATISTIC);
  const out = e.make(scored, 'fp32', LOG_PROBS);
  const beside = Array.from({ length: others }, () => e.make(scored, 'fp32', STATISTIC));
  for (const t of [...statistics, ...locals]) e.release(t);
  const saved: Slot[] = [];
  if (e.grad) for (const t of [hidden, head.tensor, targets, logZ]) e.save(saved, t);
  const types = [hidden.dtype, head.tensor.dtype] as const;
  const shape = { elements: hidden.elements, dtype: hidden.dtype };
  e.record(out, [hidden, head.tensor], saved, (b, _g, wanted) => gradients(b, shape, head, dtype, types, wanted));
  for (const t of [hidden, targets, logZ, ...beside]) e.release(t);
  return out;
}

/** `x[:, :-1][mask]`: the backward of each makes a zero-filled tensor of its input's size. */
function select(e: Engine, x: Tensor, mask: Tensor, elements: number): Tensor {
  const saved: Slot[] = [];
  if (e.needsGrad(x)) e.save(saved, mask);
  e.scratch(mask.elements * 16, MASK);
  const out = e.make(elements, x.dtype, SCORED);
  return e.record(out, [x], saved, (b, g) => {
    const unmasked = b.make(elements, g.dtype, HIDDEN_GRADIENT);
    const whole = b.make(x.elements, g.dtype, HIDDEN_GRADIENT);
    b.release(unmasked);
    return [whole];
  });
}

/**
 * Runs over the tiles: the casts of a tile, its product, and `products` more. Returns the locals of the caller: the buffer and
 * the last casts, each of which lives until the next is made. Without more products a weight's cast is an argument, not a local.
 */
function project(
  e: Engine,
  hidden: Pick<Tensor, 'elements' | 'dtype'>,
  head: Parameter,
  dtype: Tensor['dtype'],
  products: number,
): readonly (Tensor | null)[] {
  const rows = hidden.elements / head.cols;
  const buffer = e.make(Math.min(rows, TILE_TOKENS) * TILE_WORDS, dtype, TILE);
  const rebound = (old: Tensor | null, from: Tensor['dtype'], count: number): Tensor | null => {
    const cast = from === dtype ? null : e.make(count * head.cols, dtype, CAST);
    e.release(old);
    return cast;
  };
  let x: Tensor | null = null;
  let w: Tensor | null = null;
  for (let row = 0; row < rows; row += TILE_TOKENS) {
    x = rebound(x, hidden.dtype, Math.min(TILE_TOKENS, rows - row));
    for (let word = 0; word < head.rows; word += TILE_WORDS) {
      w = rebound(w, head.tensor.dtype, Math.min(TILE_WORDS, head.rows - word));
      for (let i = 0; i <= products; i++) cublas(e);
      if (products === 0) {
        e.release(w);
        w = null;
      }
    }
  }
  return [buffer, x, w];
}

/** Both gradients are gathered in fp32 and cast when all tiles are done. */
function gradients(
  e: Engine,
  hidden: Pick<Tensor, 'elements' | 'dtype'>,
  head: Parameter,
  dtype: Tensor['dtype'],
  [hiddenType, headType]: readonly [Tensor['dtype'], Tensor['dtype']],
  wanted: readonly boolean[],
): (Tensor | null)[] {
  const forHidden = wanted[0] ? e.make(hidden.elements, 'fp32', HIDDEN32) : null;
  const forHead = wanted[1] ? e.make(elementsOf(head), 'fp32', HEAD32) : null;
  const locals = project(e, hidden, head, dtype, [forHidden, forHead].filter((t) => t !== null).length);
  const cast = (t: Tensor | null, to: Tensor['dtype'], what: typeof HEAD_GRADIENT): Tensor | null =>
    t && (to === 'fp32' ? e.keep(t) : e.make(t.elements, to, what));
  const out = [cast(forHidden, hiddenType, HIDDEN_GRADIENT), cast(forHead, headType, HEAD_GRADIENT)];
  for (const t of [...locals, forHidden, forHead]) e.release(t);
  return out;
}
