// Attention with numbers: as fused kernels do it, and written out.
// Queries, keys and values are [batch, tokens, heads, dim]; kernels see [batch, heads, tokens, dim], inside.

import type { Tensor, Tf } from '../tf.ts';
import { type Graph, temporary, type Value } from './graph.ts';
import { add, present, scale } from './pointwise.ts';

export interface AttentionSizes {
  readonly heads: number;
  readonly kvHeads: number;
  readonly scale: number;
}
type Triple = readonly [query: Value, key: Value, value: Value];

const HIDDEN = -1e9;

const headsFirst = (tf: Tf, x: Tensor): Tensor => tf.transpose(x, [0, 2, 1, 3]);
const headsOf = (x: Tensor): [batch: number, tokens: number, heads: number, dim: number] =>
  x.shape as [number, number, number, number];

/** [batch, tokens, kv heads, dim] to all heads, each repeated in a row. */
function repeated(tf: Tf, x: Tensor, times: number): Tensor {
  if (times === 1) return x;
  const [batch, tokens, heads, dim] = headsOf(x);
  const tiled = tf.tile(tf.reshape(x, [batch * tokens, heads, 1, dim]), [1, 1, times, 1]);
  return tf.reshape(tiled, [batch, tokens, heads * times, dim]);
}

/** The gradient of the above. */
function summedOverRepeats(tf: Tf, g: Tensor, times: number): Tensor {
  const [batch, tokens, heads, dim] = headsOf(g);
  const kv = heads / times;
  return tf.reshape(tf.sum(tf.reshape(g, [batch * tokens, kv, times, dim]), 2), [batch, tokens, kv, dim]);
}

/** What hides later tokens, [1, 1, tokens, tokens]. */
export function causalMask(tf: Tf, tokens: number): Tensor {
  const places = tf.range(0, tokens, 1, 'float32');
  const later = tf.greater(tf.reshape(places, [1, tokens]), tf.reshape(places, [tokens, 1]));
  return tf.reshape(tf.mul(tf.cast(later, 'float32'), HIDDEN), [1, 1, tokens, tokens]);
}

/** Scores [batch, heads, tokens, tokens] of queries and keys that lie heads first. */
const masked = (tf: Tf, q: Tensor, k: Tensor, by: number): Tensor =>
  tf.add(tf.mul(tf.matMul(q, k, false, true), by), causalMask(tf, q.shape[2] ?? 0));

/**
 * Fused attention (flash, memory-efficient): the scores never leave the kernel. Saved are the three inputs, the output and a
 * log-sum-exp a row; backward makes the scores again.
 */
export function fusedAttention(graph: Graph, [query, key, value]: Triple, sizes: AttentionSizes): Value {
  const times = sizes.heads / sizes.kvHeads;
  return graph.apply({
    inputs: [query, key, value],
    run: (tf) => {
      const [q, k, v] = [query.tensor, repeated(tf, key.tensor, times), repeated(tf, value.tensor, times)];
      const scores = masked(tf, headsFirst(tf, q), headsFirst(tf, k), sizes.scale);
      const logSum = tf.logSumExp(scores, -1, true);
      const weights = tf.exp(tf.sub(scores, logSum));
      return [headsFirst(tf, tf.matMul(weights, headsFirst(tf, v))), logSum];
    },
    saves: [query, key, value],
    savesResults: [0, 1],
    backward: (g, saved) => fusedBackward(graph, g, saved.map(present), sizes),
  });
}

/** PyTorch's order: the gradients' memory first, then `(grad_out * out).sum(-1)`, then the kernel. */
function fusedBackward(graph: Graph, g: Value, saved: readonly Tensor[], sizes: AttentionSizes): Value[] {
  const [q, k, v, out, logSum] = saved as [Tensor, Tensor, Tensor, Tensor, Tensor];
  const times = sizes.heads / sizes.kvHeads;
  const product = graph.make((tf) => tf.mul(g.tensor, out));
  const delta = graph.make((tf) => headsFirst(tf, tf.sum(product.tensor, -1, true)));
  const weightsOf = (tf: Tf): Tensor => {
    const keys = headsFirst(tf, repeated(tf, k, times));
    return tf.exp(tf.sub(masked(tf, headsFirst(tf, q), keys, sizes.scale), logSum));
  };
  const scoreGradient = (tf: Tf): Tensor => {
    const values = headsFirst(tf, repeated(tf, v, times));
    const ofWeights = tf.matMul(headsFirst(tf, g.tensor), values, false, true);
    return tf.mul(tf.mul(weightsOf(tf), tf.sub(ofWeights, delta.tensor)), sizes.scale);
  };
  const dq = graph.make((tf) => headsFirst(tf, tf.matMul(scoreGradient(tf), headsFirst(tf, repeated(tf, k, times)))));
  const dk = graph.make((tf) => headsFirst(tf, tf.matMul(scoreGradient(tf), headsFirst(tf, q), true, false)));
  const dv = graph.make((tf) => headsFirst(tf, tf.matMul(weightsOf(tf), headsFirst(tf, g.tensor), true, false)));
  graph.release(product);
  graph.release(delta);
  return [dq, toKvHeads(graph, dk, times), toKvHeads(graph, dv, times)];
}

/** Kernels give the gradient of every head; grouped heads share one. */
function toKvHeads(graph: Graph, gradient: Value, times: number): Value {
  if (times === 1) return gradient;
  const sum = graph.make((tf) => summedOverRepeats(tf, gradient.tensor, times));
  graph.release(gradient);
  return sum;
}

/** repeat_kv: a copy of its own where heads share keys and values. */
function repeatKv(graph: Graph, x: Value, times: number): Value {
  if (times === 1) return graph.keep(x);
  return graph.apply({
    inputs: [x],
    run: (tf) => repeated(tf, x.tensor, times),
    backward: (g) => [graph.make((tf) => summedOverRepeats(tf, g.tensor, times))],
  });
}

/** `torch.matmul` of more than one row folds its arguments to a batch: a copy of what is not in order. */
function fold(graph: Graph, x: Value): Value {
  return graph.apply({ inputs: [x], run: (tf) => tf.mul(x.tensor, 1), backward: (g) => [graph.keep(g)] });
}

/**
 * eager_attention_forward (transformers, models/llama/modeling_llama.py): scores and weights are tensors. Returns the output
 * and the weights, which the caller's `_` keeps until the layer returns.
 */
export function eagerAttention(
  graph: Graph,
  [query, key, value]: Triple,
  sizes: AttentionSizes,
  mask: Value,
): readonly [output: Value, weights: Value] {
  const times = sizes.heads / sizes.kvHeads;
  const copies = (query.shape[0] ?? 1) > 1;
  const keys = repeatKv(graph, key, times);
  const values = repeatKv(graph, value, times);
  const inOrder = (x: Value, isCopy: boolean): Value => (copies && !isCopy ? fold(graph, x) : graph.keep(x));
  const raw = scoresOf(graph, temporary(inOrder(query, false)), temporary(inOrder(keys, times > 1)));
  const scaled = scale(graph, temporary(raw), sizes.scale);
  const scores = add(graph, temporary(scaled), mask);
  const weights = softmax(graph, scores);
  graph.release(scores);
  const product = weighted(graph, weights, temporary(inOrder(values, times > 1)));
  const out = contiguous(graph, temporary(product), copies);
  for (const x of [keys, values]) graph.release(x);
  return [out, weights];
}

const scoresOf = (graph: Graph, query: Value, key: Value): Value =>
  graph.apply({
    inputs: [query, key],
    run: (tf) => tf.matMul(headsFirst(tf, query.tensor), headsFirst(tf, key.tensor), false, true),
    saves: [graph.needsGrad(key) ? query : null, graph.needsGrad(query) ? key : null],
    backward: (g, [q, k]) => {
      const dk = q ? graph.make((tf) => headsFirst(tf, tf.matMul(g.tensor, headsFirst(tf, q), true, false))) : null;
      return [k ? graph.make((tf) => headsFirst(tf, tf.matMul(g.tensor, headsFirst(tf, k)))) : null, dk];
    },
  });

const weighted = (graph: Graph, weights: Value, value: Value): Value =>
  graph.apply({
    inputs: [weights, value],
    run: (tf) => headsFirst(tf, tf.matMul(weights.tensor, headsFirst(tf, value.tensor))),
    saves: [graph.needsGrad(value) ? weights : null, graph.needsGrad(weights) ? value : null],
    backward: (g, [p, v]) => {
      const dv = p ? graph.make((tf) => headsFirst(tf, tf.matMul(p, headsFirst(tf, g.tensor), true, false))) : null;
      const dp = v ? graph.make((tf) => tf.matMul(headsFirst(tf, g.tensor), headsFirst(tf, v), false, true)) : null;
      return [dp, dv];
    },
  });

/** Saves its result; backward makes a product beside the gradient. */
const softmax = (graph: Graph, scores: Value): Value =>
  graph.apply({
    inputs: [scores],
    run: (tf) => tf.softmax(scores.tensor),
    savesResults: [0],
    backward: (g, [saved]) => {
      const product = graph.make((tf) => tf.mul(g.tensor, present(saved)));
      const gradient = graph.make((tf) =>
        tf.sub(product.tensor, tf.mul(present(saved), tf.sum(product.tensor, -1, true))),
      );
      graph.release(product);
      return [gradient];
    },
  });

/** `.transpose(1, 2).contiguous()`: a copy, in backward too where rows were folded. */
const contiguous = (graph: Graph, x: Value, copiesGradient: boolean): Value =>
  graph.apply({
    inputs: [x],
    run: (tf) => tf.mul(x.tensor, 1),
    backward: (g) => [copiesGradient ? graph.make((tf) => tf.mul(g.tensor, 1)) : graph.keep(g)],
  });
