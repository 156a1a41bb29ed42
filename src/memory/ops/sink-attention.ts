// Attention with a sink for each head, written out (transformers, models/gpt_oss/modeling_gpt_oss.py, eager_attention_forward): one
// more column of scores, which takes part in softmax and is dropped.

import { borrow, type Engine, letGo, temporary } from '../engine/engine.ts';
import { label } from '../engine/sink.ts';
import type { Parameter, Slot, Tensor } from '../engine/tensor.ts';
import { type AttentionCall, inOrder, scoresOf, weighed } from './attention.ts';
import { to } from './cast.ts';
import { add } from './pointwise.ts';
import { join, slice } from './slice.ts';
import { expanded } from './split.ts';

const LARGEST = label('largest score of a row', 'activations');
const SHIFTED = label('scores less their largest', 'activations');
const SOFTMAX = label('softmax', 'activations');
const GRADIENT = label('gradient of attention scores', 'temporaries');

type Triple = readonly [q: Tensor, k: Tensor, v: Tensor];

export function sinkAttention(
  e: Engine,
  [q, k, v]: Triple,
  call: AttentionCall,
  sinks: Parameter,
): readonly [output: Tensor, weights: Tensor] {
  const rows = call.batch * call.heads * call.tokens;
  const scaled = scoresOf(e, q, k, call);
  const masked = call.mask ? add(e, temporary(scaled), call.mask) : scaled;
  const column = expanded(e, sinks.tensor, rows);
  const combined = join(e, [masked, column]);
  const shifted = lessLargest(e, temporary(combined), rows);
  const whole = softmaxInOwnType(e, shifted);
  const kept = slice(e, whole, rows * call.tokens);
  const weights = to(e, kept, v.dtype);
  const product = weighed(e, weights, v, call);
  for (const t of [masked, column, shifted, whole, kept]) e.release(t);
  return [inOrder(e, product, call.batch > 1), weights];
}

/** `x - x.max(dim=-1, keepdim=True).values`: the largest's gradient is put back among zeros. */
function lessLargest(e: Engine, x: Tensor, rows: number): Tensor {
  const owned = borrow(x);
  const { elements, dtype } = x;
  const values = e.make(rows, dtype, LARGEST);
  const indices = e.make(rows, 'i64', LARGEST);
  const saved: Slot[] = [];
  if (e.needsGrad(x)) e.save(saved, indices);
  e.record(values, [x], saved, (b, g) => [b.make(elements, g.dtype, GRADIENT)]);
  e.release(indices);
  const out = e.record(
    e.make(elements, dtype, SHIFTED),
    [x, values],
    [],
    (b, g, wanted) => {
      const negative = wanted[1] ? b.make(elements, g.dtype, GRADIENT) : null;
      return [wanted[0] ? b.keep(g) : null, negative];
    },
    (b, g, i) => (i === 1 ? b.make(rows, g.dtype, GRADIENT) : g),
  );
  e.release(values);
  letGo(e, x, owned);
  return out;
}

/** `F.softmax(x, dtype=x.dtype)`: a type that is asked for stays, autocast or not. */
export function softmaxInOwnType(e: Engine, x: Tensor): Tensor {
  const { elements, dtype } = x;
  const out = e.make(elements, dtype, SOFTMAX);
  const saved: Slot[] = [];
  if (e.needsGrad(x)) e.save(saved, out);
  return e.record(out, [x], saved, (b) => {
    const gradient = b.make(elements, dtype, GRADIENT);
    b.release(b.make(elements, dtype, GRADIENT));
    return [gradient];
  });
}
