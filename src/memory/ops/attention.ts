// Attention: which kernel torch takes, and what each takes and saves.

import { borrow, type Engine, letGo, temporary } from '../engine/engine.ts';
import { label } from '../engine/sink.ts';
import { ELEMENT_SIZE, type ElementType, type Parameter, type Slot, type Tensor } from '../engine/tensor.ts';
import { autocast, to } from './cast.ts';
import { flash } from './flash.ts';
import { matmul } from './linear.ts';
import { memEfficient } from './mem-efficient.ts';
import { add, dropout, scale, softcap } from './pointwise.ts';

export interface AttentionCall {
  readonly batch: number;
  readonly tokens: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  /** Width of a head's values where it is not `headDim`. */
  readonly valueDim?: number;
  readonly kernel: 'flash' | 'mem-efficient' | 'math' | 'sdpa';
  /** A mask that reaches the call; without one it is causal. */
  readonly mask: Tensor | null;
  /** Queries lie as [batch, heads, tokens, dim] in memory; else as the projection left them. */
  readonly headsFirst?: boolean;
  /** A score for each head that takes part in softmax (gpt-oss). */
  readonly sinks?: Parameter;
  /** Scores go through `tanh(x / cap) * cap`; only attention written out can. */
  readonly capped: boolean;
  /** Keys where they are not as many as queries, the same for all rows. */
  readonly keyTokens?: number;
  /** The caller puts the output in order. */
  readonly unordered?: boolean;
  /** A variable of the caller holds the scores until the capped ones are there. */
  readonly holdsScores?: boolean;
  /** Makes the mask of attention written out, once the scores are there. */
  readonly lateMask?: () => Tensor;
  /** Attention weights are dropped: fused kernels do it inside. */
  readonly dropout?: boolean;
  /** Attention written out takes softmax in the scores' own type, not in fp32. */
  readonly ownSoftmax?: boolean;
  /** torch before 2.6's successor: mem-efficient refuses grouped heads, and math takes over. */
  readonly memEfficientTakesGroups: boolean;
}

const REPEATED = label('K or V repeated to all heads', 'activations');
const EXPAND_GRADIENT = label('gradient summed over repeated heads', 'temporaries');
const FLOAT_MASK = label('mask as floats', 'activations');
const FOLDED = label('attention input folded to a batch', 'activations');
const SOFTMAX = label('softmax', 'activations');
const SOFTMAX_GRADIENT = label('gradient of softmax', 'temporaries');
const CONTIGUOUS = label('attention output in order', 'activations');
const COPY = label('gradient put in order for a view', 'temporaries');
const CAPPED = label('capped attention scores', 'activations');
const SCALED = label('attention input scaled', 'activations');

/**
 * repeat_kv (transformers, models/llama/modeling_llama.py): a copy, but a plain view when there is one head only. A cast of
 * that view makes all heads.
 */
export function repeatKv(e: Engine, x: Tensor, call: Pick<AttentionCall, 'heads' | 'kvHeads'>): Tensor {
  if (call.heads === call.kvHeads) return e.keep(x);
  const { elements } = x;
  const all = (elements / call.kvHeads) * call.heads;
  const out = call.kvHeads === 1 ? { ...e.view(x), elements: all } : e.make(all, x.dtype, REPEATED);
  return e.record(out, [x], [], (b, g) => [b.make(elements, g.dtype, EXPAND_GRADIENT)]);
}

/** torch.nn.functional.scaled_dot_product_attention. Autocast casts its arguments right to left. */
export function scaledDotProduct(e: Engine, query: Tensor, key: Tensor, value: Tensor, call: AttentionCall): Tensor {
  const v = autocast(e, value);
  const k = autocast(e, key);
  const q = autocast(e, query);
  const kernel = chooseKernel(e, q, k, call);
  const out = kernel === 'math' ? mathAttention(e, [q, k, v], call) : fusedAttention(e, [q, k, v], call, kernel);
  for (const t of [q, k, v]) e.release(t);
  return kernel === 'flash' && call.headsFirst && !call.unordered ? inOrder(e, out, false) : out;
}

/**
 * aten/src/ATen/native/transformers/cuda/sdp_utils.cpp: flash wants 16 bits, no mask, sm80 and heads up to 256; memory-
 * efficient takes masks and fp32, but bf16 only from sm80 on; what both refuse goes to math.
 */
function chooseKernel(e: Engine, q: Tensor, k: Tensor, call: AttentionCall): 'flash' | 'mem-efficient' | 'math' {
  if (call.kernel === 'math') return 'math';
  const grouped = call.heads !== call.kvHeads && k.elements !== q.elements;
  const flashTakes =
    q.dtype !== 'fp32' &&
    !call.mask &&
    call.headDim <= 256 &&
    (call.valueDim ?? call.headDim) === call.headDim &&
    e.card.sm >= 80;
  if (call.kernel !== 'mem-efficient' && flashTakes) return 'flash';
  const efficientTakes =
    (!grouped || call.memEfficientTakesGroups) && (q.dtype !== 'bf16' || e.card.sm >= 80) && call.headDim % 4 === 0;
  return efficientTakes ? 'mem-efficient' : 'math';
}

type Triple = readonly [q: Tensor, k: Tensor, v: Tensor];

function fusedAttention(e: Engine, qkv: Triple, call: AttentionCall, kernel: 'flash' | 'mem-efficient'): Tensor {
  const bias = call.mask && kernel === 'mem-efficient' ? floatMask(e, call.mask, qkv[0], call) : null;
  const saved: Slot[] = [];
  const needed = qkv.some((t) => e.needsGrad(t));
  if (needed) for (const t of bias ? [...qkv, bias] : qkv) e.save(saved, t);
  const out = kernel === 'flash' ? flash(e, qkv, call, saved, needed) : memEfficient(e, qkv, call, saved, needed);
  e.release(bias);
  return out;
}

const keysOf = (call: AttentionCall): number => call.keyTokens ?? call.tokens;
const maskRows = (call: AttentionCall): number => (call.keyTokens === undefined ? call.batch : 1) * call.tokens;

/** A boolean mask becomes a float one in each layer (convert_boolean_attn_mask), padded to a multiple of 8 columns. */
function floatMask(e: Engine, mask: Tensor, q: Tensor, call: AttentionCall): Tensor {
  if (mask.dtype === q.dtype) return e.keep(mask);
  if (mask.dtype !== 'u8') return to(e, mask, q.dtype, FLOAT_MASK);
  return e.make(maskRows(call) * Math.ceil(keysOf(call) / 8) * 8, q.dtype, FLOAT_MASK);
}

/**
 * _scaled_dot_product_attention_math (aten/src/ATen/native/transformers/attention.cpp): q and k are scaled by the root of the
 * scale, K and V repeated by repeat_interleave, 16-bit inputs computed in fp32, the whole score matrix kept.
 */
function mathAttention(e: Engine, [q, k, v]: Triple, call: AttentionCall): Tensor {
  const inFp32 = [to(e, q, 'fp32'), to(e, k, 'fp32'), to(e, v, 'fp32')] as const;
  const query = scaleByRoot(e, inFp32[0]);
  const bias = makeBias(e, call);
  const keys = toAllHeads(e, inFp32[1], call);
  const values = toAllHeads(e, inFp32[2], call);
  const scaledKeys = scaleByRoot(e, keys);
  const n = call.batch * call.heads * call.tokens * keysOf(call);
  const queryFolded = fold(e, query, call.batch);
  const keysFolded = fold(e, scaledKeys, call.batch);
  const scores = matmul(e, temporary(queryFolded), temporary(keysFolded), n); // the bias is added in place
  e.release(scaledKeys);
  const whole = softmax(e, scores);
  e.scratch(n); // _safe_softmax looks for rows without a value
  e.release(scores);
  const p = call.dropout ? dropout(e, temporary(whole)) : whole;
  const returned = q.dtype === 'fp32' ? null : e.make(n, q.dtype, SOFTMAX); // the weights in the input's type
  const out = matmul(e, p, temporary(fold(e, values, call.batch)), q.elements);
  const unfolded =
    call.batch > 1 ? e.record(e.view(out), [out], [], (b, g) => [b.make(g.elements, g.dtype, COPY)]) : e.keep(out);
  e.release(out);
  const result = to(e, temporary(unfolded), q.dtype);
  for (const t of [returned, p, query, bias, keys, values, ...inFp32]) e.release(t);
  return inOrder(e, temporary(result), false);
}

const scaleByRoot = (e: Engine, x: Tensor): Tensor =>
  e.record(e.make(x.elements, x.dtype, SCALED), [x], [], (b, g) => [b.make(g.elements, g.dtype, COPY)]);

const toAllHeads = (e: Engine, x: Tensor, call: AttentionCall): Tensor =>
  x.elements === call.batch * call.tokens * call.heads * call.headDim ? e.keep(x) : repeatKv(e, x, call);

/** The triangular mask as floats, made from a boolean one. */
function makeBias(e: Engine, call: AttentionCall): Tensor {
  const n = (call.mask ? maskRows(call) : call.tokens) * keysOf(call);
  const ones = call.mask ? null : e.make(n, 'u8', FLOAT_MASK);
  const triangle = e.make(n, 'u8', FLOAT_MASK);
  e.release(ones);
  const bias = e.make(n, 'fp32', FLOAT_MASK);
  e.release(triangle);
  return bias;
}

/** softmax(…, dtype=float32): makes its own fp32 copy of 16-bit scores first; saves its result. Autocast asks for fp32 too. */
export function softmax(e: Engine, scores: Tensor, own = false): Tensor {
  const dtype: ElementType = own && !e.autocast ? scores.dtype : 'fp32';
  const input = to(e, scores, dtype);
  const out = e.make(input.elements, dtype, SOFTMAX);
  const saved: Slot[] = [];
  if (e.needsGrad(input)) e.save(saved, out);
  return e.record(out, [temporary(input)], saved, (b, g) => {
    const gradient = b.make(g.elements, dtype, SOFTMAX_GRADIENT);
    b.scratch(g.elements * ELEMENT_SIZE[dtype], SOFTMAX_GRADIENT);
    return [gradient];
  });
}

/**
 * eager_attention_forward (transformers, models/llama/modeling_llama.py) with K and V at all heads.
 * Returns the output and the weights, which the caller's `_` keeps until the layer returns.
 */
export function eagerAttention(
  e: Engine,
  q: Tensor,
  k: Tensor,
  v: Tensor,
  call: AttentionCall,
): readonly [output: Tensor, weights: Tensor] {
  const scaled = scoresOf(e, q, k, call);
  const capped = call.capped ? softcap(e, call.holdsScores ? scaled : temporary(scaled), CAPPED) : scaled;
  if (call.capped && call.holdsScores) e.release(scaled);
  const mask = call.mask ? e.keep(call.mask) : (call.lateMask?.() ?? null);
  const scores = mask ? add(e, temporary(capped), mask) : capped;
  const whole = to(e, temporary(softmax(e, scores, call.ownSoftmax)), q.dtype);
  e.release(scores);
  const p = call.dropout ? dropout(e, temporary(whole)) : whole;
  const product = weighed(e, p, v, call);
  e.release(mask);
  return [inOrder(e, product, call.batch > 1), p];
}

/** `torch.matmul(query, key_states.transpose(2, 3)) * scaling`. */
export function scoresOf(e: Engine, q: Tensor, k: Tensor, call: AttentionCall): Tensor {
  const keyCast = autocast(e, k);
  const queryCast = autocast(e, q);
  const queryFolded = call.headsFirst ? e.keep(queryCast) : fold(e, queryCast, call.batch);
  const keyFolded = call.headsFirst ? e.keep(keyCast) : foldKv(e, call, keyCast, k);
  const n = call.batch * call.heads * call.tokens * call.tokens;
  const raw = matmul(e, temporary(queryFolded), temporary(keyFolded), n);
  e.release(queryCast); // casts live until matmul returns
  e.release(keyCast);
  return scale(e, temporary(raw));
}

/** `torch.matmul(attn_weights, value_states)`. */
export function weighed(e: Engine, p: Tensor, v: Tensor, call: AttentionCall): Tensor {
  const valueCast = autocast(e, v);
  const pCast = autocast(e, p);
  const valueFolded = foldKv(e, call, valueCast, v);
  const n = call.batch * call.heads * call.tokens * (call.valueDim ?? call.headDim);
  const product = matmul(e, temporary(pCast), temporary(valueFolded), n);
  e.release(valueCast);
  return product;
}

const foldKv = (e: Engine, call: AttentionCall, cast: Tensor, original: Tensor): Tensor =>
  isContiguous(call, cast, original) ? e.keep(cast) : fold(e, cast, call.batch);

/** repeat_kv has made a copy in order; of a single head it made a view, which only a cast puts in order. */
function isContiguous(call: AttentionCall, cast: Tensor, original: Tensor): boolean {
  if (call.kvHeads === 1 && call.heads > 1) return cast.storage !== original.storage;
  return call.heads !== call.kvHeads;
}

/** `expand().reshape()` to [batch x heads, …] inside matmul: copies unless the batch is 1. */
function fold(e: Engine, x: Tensor, batch: number): Tensor {
  if (batch === 1) return e.keep(x);
  return e.record(e.make(x.elements, x.dtype, FOLDED), [x], [], (b, g) => [b.keep(g)]);
}

/** `.transpose(1, 2).contiguous()`. */
export function inOrder(e: Engine, product: Tensor, copiesGradient: boolean): Tensor {
  const owned = borrow(product);
  const n = product.elements;
  const out = e.make(n, product.dtype, CONTIGUOUS);
  e.record(out, [temporary(product)], [], (b, g) => [copiesGradient ? b.make(n, g.dtype, COPY) : b.keep(g)]);
  letGo(e, product, owned);
  return out;
}
