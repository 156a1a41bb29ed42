// MiniMind of all three generations, dense and mixture of experts. Read from jingyaogong/minimind model/model_minimind.py at
// d65ef2c0 (generation 3) and 561979c7 (generation 2), and model/LMConfig.py at 6861d1af (generation 1).
// Generation 3 norms every head's queries and keys and has no field that says so. Its files spell the number of experts
// `num_experts` (also in dense models), the older ones `n_routed_experts`: that tells them apart where `qk_norm` is absent.

import type { WeightShape } from '../../memory/shape.ts';
import { attentionDims, decoderFields, uniform } from './decoder.ts';
import { defineFamily } from './family.ts';
import { countOr, optionalFlag, optionalSize, sizeOr } from './fields.ts';
import { attentionWeights, headNorms, linear, twoNorms } from './weights.ts';

const MULTIPLE = 64;
/** Rotary tables: cos and sin, fp32, for every position and every width of a head. */
const ROTARY_BYTES = 2 * 4;

export const minimind = defineFamily(
  ['minimind'],
  () => ({
    ...decoderFields(true),
    vocab_size: sizeOr(6400),
    num_attention_heads: sizeOr(8),
    max_position_embeddings: sizeOr(32768),
    intermediate_size: optionalSize(),
    qk_norm: optionalFlag(),
    use_moe: optionalFlag(),
    n_routed_experts: optionalSize(),
    num_experts: optionalSize(),
    num_experts_per_tok: sizeOr(2),
    n_shared_experts: countOr(0),
    moe_intermediate_size: optionalSize(),
  }),
  (c) => {
    const attention = attentionDims(c);
    const third = c.qk_norm ?? c.num_experts !== undefined;
    const inner = c.intermediate_size ?? defaultInner(c.hidden_size, third);
    const norms = third ? headNorms(attention.headDim, attention.headDim) : [];
    // Both tables cover every position for a whole head's width, although half of each is a copy.
    const bufferBytes = c.max_position_embeddings * attention.headDim * ROTARY_BYTES;
    const routed = c.num_experts ?? c.n_routed_experts;
    if (!(c.use_moe ?? routed !== undefined)) {
      const weights = [
        ...attentionWeights(c.hidden_size, attention),
        ...norms,
        ...feedForward('mlp', c.hidden_size, inner),
        ...twoNorms(c.hidden_size),
      ];
      return { ...uniform(c, { weights, attention, inner }, { program: 'minimind' }), bufferBytes };
    }
    const expert = {
      count: routed ?? 4,
      active: c.num_experts_per_tok,
      inner: c.moe_intermediate_size ?? inner,
      shared: c.n_shared_experts,
    };
    const weights: WeightShape[] = [
      ...attentionWeights(c.hidden_size, attention),
      ...norms,
      linear('mlp.gate', expert.count, c.hidden_size),
      ...copies('mlp.experts', c.hidden_size, expert.inner, expert.count),
      ...copies('mlp.shared_experts', c.hidden_size, expert.inner, expert.shared),
      ...twoNorms(c.hidden_size),
    ];
    return { ...uniform(c, { weights, attention, experts: expert }), bufferBytes };
  },
);

/** Generation 3 takes pi times the width, the older ones 8/3 of it; both round up to 64. */
function defaultInner(hidden: number, third: boolean): number {
  return MULTIPLE * Math.ceil((third ? hidden * Math.PI : Math.trunc((8 * hidden) / 3)) / MULTIPLE);
}

/** Its own class builds down before up. */
const feedForward = (path: string, hidden: number, inner: number): WeightShape[] => [
  linear(`${path}.gate_proj`, inner, hidden),
  linear(`${path}.down_proj`, hidden, inner),
  linear(`${path}.up_proj`, inner, hidden),
];

/** A ModuleList of gated MLPs: separate matrices, not one stacked tensor. */
function copies(path: string, hidden: number, inner: number, count: number): WeightShape[] {
  return Array.from({ length: count }, (_, i) => feedForward(`${path}.${i}`, hidden, inner)).flat();
}
