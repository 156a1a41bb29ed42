// LitGPT has one module for every decoder (litgpt/model.py, GPT): from the tensors of any family to the parts of that module.
// Queries, keys and values stay apart here, as adapters name them; they are one matrix once it is loaded.
// Deliberately absent: mixtures of experts, latent attention, learned positions: their shapes stay the family's own.

import type { TrainingRun } from './run.ts';
import type { BlockTraits, LayerShape, ModelShape, WeightShape } from './shape.ts';
import { FACTS, valueIn } from './versions.ts';

const linear = (name: string, rows: number, cols: number, bias: boolean): WeightShape => ({
  name,
  kind: 'linear',
  rows,
  cols,
  ...(bias && { bias }),
});
const isNorm = ({ kind }: WeightShape): boolean => kind === 'norm';
const isLinear = ({ kind }: WeightShape): boolean => kind === 'linear';

/** Fine-tuning holds table and head apart, whatever the checkpoint does; in pre-training they may be one. */
export function litgptShape(shape: ModelShape, { stage, versions }: TrainingRun): ModelShape {
  const slides = shape.program === 'gemma' || valueIn(versions, FACTS.slidesLitgpt);
  const kinds = shape.kinds.map((kind) => litgptLayer(slides ? kind : withoutWindow(kind), shape.hidden));
  const known = kinds.every((kind) => kind !== null);
  if (!known || shape.tower || shape.below.length !== 1 || shape.traits?.positions || shape.traits?.slidingRotary)
    return shape;
  const tied = shape.tied && stage === 'pretrain';
  const head = shape.above.find((w) => w.name === 'lm_head') ?? {
    ...linear('lm_head', shape.vocabulary, shape.hidden, false),
  };
  return {
    ...shape,
    program: 'litgpt',
    traits: traitsOf(shape),
    tied,
    kinds,
    above: [...shape.above.filter(isNorm), ...(tied ? [] : [head])],
  };
}

function withoutWindow({ attention, ...kind }: LayerShape): LayerShape {
  if (!attention) return kind;
  const { window: _, ...whole } = attention;
  return { ...kind, attention: whole };
}

/** What the module does differently from one model to the next. */
function traitsOf({ program, kinds, traits = {} }: ModelShape): BlockTraits {
  const weights = kinds[0]?.weights ?? [];
  const isBare = traits.norm === 'layer-bare';
  const isLayerNorm = weights.some((w) => isNorm(w) && w.name.endsWith('.bias'));
  const { rotaryShare, capsScores, capsLogits, wideHeadNorms } = traits;
  return {
    norm: isBare ? 'layer-bare' : isLayerNorm ? 'layer' : 'rms',
    activation: traits.activation === undefined || traits.activation === 'silu' ? plainOrGated(weights) : 'gelu',
    parallel: traits.parallel === true || program === 'phi' || isFalcon(weights),
    ...(program === 'gemma' && { normsAddOne: true, scales: { embedding: true } }),
    ...(rotaryShare !== undefined && { rotaryShare }),
    ...(capsScores && { capsScores }),
    ...(capsLogits && { capsLogits }),
    ...(wideHeadNorms && { wideHeadNorms }),
  };
}

const plainOrGated = (weights: readonly WeightShape[]): string => (isGated(weights) ? 'silu' : 'gelu');
const isGated = (weights: readonly WeightShape[]): boolean => weights.some((w) => /gate(_up)?_proj$/.test(w.name));
const isFalcon = (weights: readonly WeightShape[]): boolean =>
  weights.some((w) => w.name.startsWith('self_attention.'));

function litgptLayer(kind: LayerShape, hidden: number): LayerShape | null {
  const { attention, inner, weights } = kind;
  if (!attention || attention.latent || attention.unrotated || kind.experts || inner === undefined) return null;
  const inMlp = ({ name }: WeightShape): boolean => name.startsWith('mlp.');
  const linears = weights.filter(isLinear);
  const hasBias = (some: readonly WeightShape[]): boolean => some.some((w) => w.bias);
  const attentionLinears = linears.filter((w) => !inMlp(w));
  const outputs = attentionLinears.filter((w) => /\.(o_proj|dense|out_proj)$/.test(w.name));
  const inputsHaveBias = hasBias(attentionLinears.filter((w) => !outputs.includes(w)));
  const mlpHasBias = hasBias(linears.filter(inMlp));
  const { heads, kvHeads, headDim } = attention;
  return {
    ...kind,
    weights: [
      linear('self_attn.q_proj', heads * headDim, hidden, inputsHaveBias),
      linear('self_attn.k_proj', kvHeads * headDim, hidden, inputsHaveBias),
      linear('self_attn.v_proj', kvHeads * headDim, hidden, inputsHaveBias),
      linear('self_attn.o_proj', hidden, heads * headDim, hasBias(outputs)),
      ...(isGated(weights) ? [linear('mlp.gate_proj', inner, hidden, mlpHasBias)] : []),
      linear('mlp.up_proj', inner, hidden, mlpHasBias),
      linear('mlp.down_proj', hidden, inner, mlpHasBias),
      ...litgptNorms(weights.filter(isNorm)),
    ],
  };
}

/** The module's own names for the norms of a family. */
const NORM_NAMES: Readonly<Record<string, string>> = {
  input_layernorm: 'norm_1',
  ln_attn: 'norm_1',
  post_attention_layernorm: 'norm_2',
  ln_mlp: 'norm_2',
  pre_feedforward_layernorm: 'norm_2',
  post_feedforward_layernorm: 'post_mlp_norm',
  'self_attn.q_norm': 'norm_q',
  'self_attn.k_norm': 'norm_k',
};

function litgptNorms(norms: readonly WeightShape[]): WeightShape[] {
  const afterBranches = norms.some((w) => w.name === 'post_feedforward_layernorm');
  return norms.map((w) => {
    const [, name = w.name, bias = ''] = /^(.*?)(\.bias)?$/.exec(w.name) ?? [];
    const own = afterBranches && name === 'post_attention_layernorm' ? 'post_attention_norm' : NORM_NAMES[name];
    return { ...w, name: `${own ?? name}${bias}` };
  });
}
