// CausalSelfAttention of LitGPT (litgpt/model.py), with the prompts of LLaMA-Adapter (litgpt/adapter.py).

import { type Engine, temporary } from '../../engine/engine.ts';
import { label } from '../../engine/sink.ts';
import type { ElementType, Parameter, Tensor } from '../../engine/tensor.ts';
import { type AttentionCall, eagerAttention, inOrder, scaledDotProduct } from '../../ops/attention.ts';
import { add, mul } from '../../ops/pointwise.ts';
import { splitHeads } from '../../ops/rotary.ts';
import { split } from '../../ops/split.ts';
import type { Plan } from '../../plan.ts';
import { attentionCall } from '../attention.ts';
import { type Layer, linearOf, normOf, type Rotary } from '../model.ts';
import { litgptNorm } from './norm.ts';
import { FUSED, project } from './projection.ts';
import { turn, withRest } from './rotary.ts';

const REPEATED = label('K or V repeated to all heads', 'activations');
const SUMMED = label('gradient summed over repeated heads', 'temporaries');
const PROMPT = label('keys and values of the prompt', 'activations');
const MASK = label('causal mask of a layer', 'activations');

type Heads = readonly [q: Tensor, k: Tensor, v: Tensor];

export function attention(e: Engine, plan: Plan, x: Tensor, layer: Layer, rotary: Rotary): Tensor {
  const call = attentionCall(plan, layer, null);
  const { heads, kvHeads, headDim } = call;
  const qkv = project(e, plan, x, linearOf(layer, FUSED));
  const perHead = call.batch * call.tokens * headDim;
  const repeats = kvHeads !== heads;
  const several = kvHeads > 1; // of one head [batch, 1, tokens, dim] is the projection's own order
  const copies = [true, several, several && repeats];
  const wide = plan.model.traits?.wideHeadNorms === true;
  const norms = (parts: Tensor[]): Tensor[] => parts.map((part, i) => normed(e, plan, part, layer, i));
  const parts = split(
    e,
    e.keep(qkv),
    [heads, kvHeads, kvHeads].map((n) => n * perHead),
  );
  const views = (wide ? norms(parts) : parts).map((part, i) => splitHeads(e, part, copies[i] === true));
  const [q, k, v] = wide ? views : norms(views);
  if (!q || !k || !v) throw new Error('a split into three has three parts');
  const turned = [turn(e, plan, q, rotary), turn(e, plan, k, rotary)] as const;
  const query = withRest(e, plan, q, turned[0]);
  e.release(q);
  const narrowKey = withRest(e, plan, k, turned[1]);
  e.release(k);
  const key = repeatHeads(e, narrowKey, call);
  const value = repeatHeads(e, v, call);
  const mask = layer.plan.shape.attention?.window === undefined ? null : windowMask(e, plan, query.dtype);
  const whole = { ...call, mask, headsFirst: true };
  const gate = layer.tensors.gating_factor;
  const out = gate
    ? promptedAttention(e, plan, [query, key, value], whole, gate)
    : attend(e, plan, [query, key, value], whole);
  const result = project(e, plan, out, linearOf(layer, 'self_attn.o_proj'));
  for (const t of [qkv, ...turned, query, key, value, mask, out]) e.release(t);
  return result;
}

/** `norm_q` and `norm_k` rebind what they see. */
function normed(e: Engine, plan: Plan, x: Tensor, layer: Layer, part: number): Tensor {
  const weights = normOf(layer, part === 0 ? 'norm_q' : 'norm_k');
  if (part === 2 || !weights.weight) return x;
  return litgptNorm(e, plan, temporary(x), weights, weights.weight.cols);
}

/** `repeat_interleave`: a copy even of a single head. The argument is taken over. */
function repeatHeads(e: Engine, x: Tensor, { heads, kvHeads }: AttentionCall): Tensor {
  if (heads === kvHeads) return x;
  const { elements } = x;
  const out = e.make((elements / kvHeads) * heads, x.dtype, REPEATED);
  return e.record(out, [temporary(x)], [], (b, g) => [b.make(elements, g.dtype, SUMMED)]);
}

/**
 * LLaMA-Adapter (litgpt/adapter.py): attention over the prompt too, weighed by a gate a head. The prompt's keys and values are kept
 * from the look at two batches before training, without gradients. Rows that share them do without a fused kernel.
 */
function promptedAttention(e: Engine, plan: Plan, qkv: Heads, call: AttentionCall, gate: Parameter): Tensor {
  const [query] = qkv;
  const own = attend(e, plan, qkv, { ...call, unordered: true });
  const tokens = plan.prompt?.tokens ?? 0;
  const kept = [0, 1].map(() => e.make(tokens * call.heads * call.headDim, query.dtype, PROMPT));
  const mask = e.make(call.tokens * tokens, 'u8', MASK);
  const kernel = call.batch > 1 ? 'math' : 'mem-efficient';
  const [keys, values] = kept;
  if (!keys || !values) throw new Error('a prompt has keys and values');
  const beside: AttentionCall = { ...call, kvHeads: call.heads, keyTokens: tokens, kernel, mask };
  const added = scaledDotProduct(e, query, keys, values, beside);
  const sum = add(e, own, temporary(mul(e, gate.tensor, added, 'col')));
  for (const t of [own, added, mask, ...kept]) e.release(t);
  const isFlash = query.dtype !== 'fp32' && !call.mask;
  return isFlash ? inOrder(e, temporary(sum), false) : sum;
}

/** Capped scores are written out, with a causal mask made for them; everything else is the fused call. */
function attend(e: Engine, plan: Plan, [q, k, v]: readonly [Tensor, Tensor, Tensor], call: AttentionCall): Tensor {
  if (!call.capped) return scaledDotProduct(e, q, k, v, call);
  const lateMask = (): Tensor => causalMask(e, plan, q.dtype);
  const [out, weights] = eagerAttention(e, q, k, v, { ...call, holdsScores: true, lateMask });
  e.release(weights);
  return out;
}

/** `torch.ones(T, T).triu(diagonal=1)`, filled where it is true. */
function causalMask(e: Engine, plan: Plan, dtype: ElementType): Tensor {
  const n = plan.tokens ** 2;
  const ones = e.make(n, dtype, MASK);
  const mask = e.make(n, dtype, MASK);
  e.release(ones);
  e.scratch(n, MASK); // mask.bool()
  return mask;
}

/** A window is a mask of [tokens, tokens], made in every layer beside the causal one that it replaces. */
function windowMask(e: Engine, plan: Plan, dtype: ElementType): Tensor {
  const causal = causalMask(e, plan, dtype);
  const window = e.make(plan.tokens ** 2, dtype, MASK);
  e.release(causal);
  return window;
}
