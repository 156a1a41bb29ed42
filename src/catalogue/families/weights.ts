// The vocabulary families build layers from.

import type { AttentionDims, LayerShape, WeightShape } from '../../memory/shape.ts';

export const linear = (name: string, rows: number, cols: number, bias = false): WeightShape => ({
  name,
  kind: 'linear',
  rows,
  cols,
  ...(bias && { bias }),
});
/** RMSNorm: a weight, no bias. */
export const norm = (name: string, cols: number): WeightShape => ({ name, kind: 'norm', rows: 1, cols });
/** LayerNorm: a weight and a bias of the same length, so two rows of the list. */
export const layerNorm = (name: string, cols: number): WeightShape[] => [norm(name, cols), norm(`${name}.bias`, cols)];
export const table = (name: string, rows: number, cols: number): WeightShape => ({ name, kind: 'table', rows, cols });
const experts = (name: string, count: number, rows: number, cols: number, bias = false): WeightShape => ({
  name,
  kind: 'experts',
  rows,
  cols,
  count,
  ...(bias && { bias }),
});
export const other = (name: string, rows: number, cols: number): WeightShape => ({ name, kind: 'other', rows, cols });

/** Which of q, k, v and o have a bias. */
export interface AttentionBias {
  readonly qkv?: boolean;
  readonly o?: boolean;
}

export function attentionWeights(hidden: number, a: AttentionDims, bias: AttentionBias = {}): WeightShape[] {
  const inner = a.heads * a.headDim;
  const kv = a.kvHeads * a.headDim;
  return [
    linear('self_attn.q_proj', inner, hidden, bias.qkv),
    linear('self_attn.k_proj', kv, hidden, bias.qkv),
    linear('self_attn.v_proj', kv, hidden, bias.qkv),
    linear('self_attn.o_proj', hidden, inner, bias.o),
  ];
}

export const headNorms = (q: number, k: number): WeightShape[] => [
  norm('self_attn.q_norm', q),
  norm('self_attn.k_norm', k),
];

export const gatedMlp = (hidden: number, inner: number, bias = false, path = 'mlp'): WeightShape[] => [
  linear(`${path}.gate_proj`, inner, hidden, bias),
  linear(`${path}.up_proj`, inner, hidden, bias),
  linear(`${path}.down_proj`, hidden, inner, bias),
];

export const twoNorms = (hidden: number): WeightShape[] => [
  norm('input_layernorm', hidden),
  norm('post_attention_layernorm', hidden),
];

/** What a layer's mixture of experts is made of, under one path. */
export interface ExpertSizes {
  readonly count: number;
  readonly inner: number;
  readonly bias?: boolean;
}

/** The experts, stacked as transformers 5 holds them: one 3-D tensor for gate and up, one for down. */
export const stackedExperts = (hidden: number, e: ExpertSizes, path = 'mlp'): WeightShape[] => [
  experts(`${path}.experts.gate_up_proj`, e.count, 2 * e.inner, hidden, e.bias),
  experts(`${path}.experts.down_proj`, e.count, hidden, e.inner, e.bias),
];
/** The tensor that scores experts, a parameter of its own class since transformers 5. */
export const router = (name: string, count: number, hidden: number, bias = false): WeightShape => ({
  name,
  kind: 'router',
  rows: count,
  cols: hidden,
  ...(bias && { bias }),
});
/** Router first, as most classes build them. */
export const routedExperts = (hidden: number, e: ExpertSizes, path = 'mlp', name = 'gate'): WeightShape[] => [
  router(`${path}.${name}`, e.count, hidden, e.bias),
  ...stackedExperts(hidden, e, path),
];

/** Drops kinds no layer uses and renumbers the rest, so that equal models have equal shapes. */
export function usedKinds(
  kinds: readonly LayerShape[],
  layers: readonly number[],
): { kinds: LayerShape[]; layers: number[] } {
  const used = kinds.map((kind, i) => ({ kind, i })).filter(({ i }) => layers.includes(i));
  return { kinds: used.map((u) => u.kind), layers: layers.map((k) => used.findIndex((u) => u.i === k)) };
}

/** Names of a mixture's parts before transformers 5 (its conversion_mapping.py, "qwen2_moe" and "mixtral"). */
export const QWEN_EXPERTS = { router: 'gate', gateUp: ['gate_proj', 'up_proj'], down: 'down_proj' } as const;
export const MIXTRAL_EXPERTS = { router: 'gate', gateUp: ['w1', 'w3'], down: 'w2' } as const;
