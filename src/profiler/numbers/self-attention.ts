// Self-attention of the lines with rotary positions: projections, optional head norms, rotary tables, a kernel.

import type { AttentionDims } from '../../memory/shape.ts';
import { type AttentionSizes, eagerAttention, fusedAttention } from './attention.ts';
import type { Step } from './decoder.ts';
import { type Graph, type Parameter, temporary, type Value } from './graph.ts';
import { project } from './linear.ts';
import { type Layer, named } from './model.ts';
import { rotary } from './rotary.ts';

export interface HeadNorms {
  readonly norm: (graph: Graph, x: Value, weight: Parameter) => Value;
  /** A line each when queries, keys and values exist; else each after its projection. */
  readonly late: boolean;
}

/** Returns the output and, where attention is written out, its weights. */
export function attention(
  step: Step,
  x: Value,
  layer: Layer,
  headNorms: HeadNorms,
): readonly [output: Value, weights: Value | null] {
  const { graph, lora, rotary: tables } = step;
  if (!tables) throw new Error('this attention turns its queries');
  const { q, k, v } = heads(step, x, layer, headNorms);
  const query = rotary(graph, q, tables);
  const key = rotary(graph, k, tables);
  graph.release(q);
  graph.release(k);
  const [out, weights] = attend(step, [query, key, v], layer);
  const [rows, width] = [x.shape[0] ?? 0, out.shape.slice(2).reduce((n, side) => n * side, 1)];
  const flat = graph.view(temporary(out), [rows, width]);
  const result = project(graph, temporary(flat), named(layer.linears, 'self_attn.o_proj'), lora);
  for (const t of [query, key, v]) graph.release(t);
  return [result, weights];
}

function heads({ graph, plan, lora }: Step, x: Value, layer: Layer, { norm, late }: HeadNorms) {
  const { headDim } = dimsOf(layer);
  const split = (name: string): Value => {
    const states = project(graph, x, named(layer.linears, name), lora);
    return graph.view(temporary(states), [plan.batch, plan.tokens, (states.shape[1] ?? 0) / headDim, headDim]);
  };
  const normed = (states: Value, name: string): Value => {
    const weight = layer.norms[name];
    return weight ? norm(graph, temporary(states), weight) : states;
  };
  const [qNorm, kNorm] = ['self_attn.q_norm', 'self_attn.k_norm'] as const;
  const early = (states: Value, name: string): Value => (late ? states : normed(states, name));
  const q = early(split('self_attn.q_proj'), qNorm);
  const k = early(split('self_attn.k_proj'), kNorm);
  const v = split('self_attn.v_proj');
  return late ? { q: normed(q, qNorm), k: normed(k, kNorm), v } : { q, k, v };
}

/** The chosen attention function over [batch, tokens, heads, dim]. */
export function attend(
  { graph, mask }: Step,
  qkv: readonly [Value, Value, Value],
  layer: Layer,
): readonly [output: Value, weights: Value | null] {
  const { heads, kvHeads, headDim } = dimsOf(layer);
  const sizes: AttentionSizes = { heads, kvHeads, scale: 1 / Math.sqrt(headDim) };
  return mask ? eagerAttention(graph, qkv, sizes, mask) : [fusedAttention(graph, qkv, sizes), null];
}

export function dimsOf(layer: Layer): AttentionDims {
  const dims = layer.plan.shape.attention;
  if (!dims) throw new Error('the program needs attention dimensions');
  return dims;
}
