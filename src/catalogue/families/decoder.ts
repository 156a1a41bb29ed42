// A causal decoder with a token table below and a norm and a head above: the frame most families share.

import type { ProgramName } from '../../memory/program.ts';
import type { AttentionDims, BlockTraits, LayerShape, WeightShape } from '../../memory/shape.ts';
import type { FamilyShape } from './family.ts';
import { countOr, depth, flag, names, optionalSize, optionalTokens, size, vocabulary } from './fields.ts';
import { attentionWeights, gatedMlp, linear, norm, table, twoNorms, usedKinds } from './weights.ts';

/** The fields almost every decoder's config.json has. */
export const decoderFields = (classTies: boolean) => ({
  hidden_size: size(),
  num_hidden_layers: depth(),
  num_attention_heads: size(),
  num_key_value_heads: optionalSize(),
  head_dim: optionalSize(),
  vocab_size: vocabulary(),
  max_position_embeddings: optionalTokens(),
  tie_word_embeddings: flag(classTies),
});
export const denseFields = (classTies: boolean) => ({ ...decoderFields(classTies), intermediate_size: size() });

export interface DecoderConfig {
  readonly hidden_size: number;
  readonly num_hidden_layers: number;
  readonly num_attention_heads: number;
  readonly num_key_value_heads?: number | undefined;
  readonly head_dim?: number | undefined;
  readonly vocab_size: number;
  readonly max_position_embeddings?: number | undefined;
  readonly tie_word_embeddings: boolean;
}

export function attentionDims(c: DecoderConfig, window?: number): AttentionDims {
  return {
    heads: c.num_attention_heads,
    kvHeads: c.num_key_value_heads ?? c.num_attention_heads,
    headDim: c.head_dim ?? Math.floor(c.hidden_size / c.num_attention_heads),
    ...(window !== undefined && { window }),
  };
}

export interface Frame {
  readonly below?: readonly WeightShape[];
  readonly above?: readonly WeightShape[];
  readonly headBias?: boolean;
  readonly program?: ProgramName;
  readonly traits?: BlockTraits;
}

/** Everything around the layers. `kinds` and `layers` are the family's own. */
function decoder(
  c: DecoderConfig,
  kinds: readonly LayerShape[],
  layers: readonly number[],
  frame: Frame = {},
): FamilyShape {
  const head = c.tie_word_embeddings ? [] : [linear('lm_head', c.vocab_size, c.hidden_size, frame.headBias)];
  return {
    ...(frame.program && { program: frame.program }),
    ...(frame.traits && { traits: frame.traits }),
    hidden: c.hidden_size,
    vocabulary: c.vocab_size,
    tied: c.tie_word_embeddings,
    below: frame.below ?? [table('embed_tokens', c.vocab_size, c.hidden_size)],
    kinds,
    layers,
    above: [...(frame.above ?? [norm('norm', c.hidden_size)]), ...head],
    ...(c.max_position_embeddings && { maxPositions: c.max_position_embeddings }),
  };
}

export interface DenseLayer {
  readonly attention: AttentionDims;
  readonly inner: number;
  readonly qkvBias?: boolean;
  readonly oBias?: boolean;
  readonly mlpBias?: boolean;
  /** Where it is not Llama's gate, up, down. */
  readonly mlp?: readonly WeightShape[];
  /** Norms inside attention, after its projections. */
  readonly headNorms?: readonly WeightShape[];
  readonly norms?: readonly WeightShape[];
}

/** A layer of the Llama line: attention, gated MLP, two norms, in the order PyTorch registers them. */
export function denseLayer(hidden: number, l: DenseLayer): LayerShape {
  return {
    weights: [
      ...attentionWeights(hidden, l.attention, { qkv: l.qkvBias ?? false, o: l.oBias ?? false }),
      ...(l.headNorms ?? []),
      ...(l.mlp ?? gatedMlp(hidden, l.inner, l.mlpBias)),
      ...(l.norms ?? twoNorms(hidden)),
    ],
    attention: l.attention,
    inner: l.inner,
  };
}

/** All layers alike. */
export const uniform = (c: DecoderConfig, layer: LayerShape, frame: Frame = {}): FamilyShape =>
  mixed(c, [layer], () => 0, frame);

/** Layer `i` is of kind `kindAt(i)`. */
export function mixed(
  c: DecoderConfig,
  kinds: readonly LayerShape[],
  kindAt: (layer: number) => number,
  frame: Frame = {},
): FamilyShape {
  const used = usedKinds(
    kinds,
    Array.from({ length: c.num_hidden_layers }, (_, i) => kindAt(i)),
  );
  return decoder(c, used.kinds, used.layers, frame);
}

/** Qwen's windows: from layer `max_window_layers` on, and only if switched on, which the published files do not. */
export const qwenWindowFields = () => ({
  use_sliding_window: flag(false),
  sliding_window: optionalTokens(),
  max_window_layers: countOr(28),
});
export interface QwenWindow {
  readonly use_sliding_window: boolean;
  readonly sliding_window?: number | undefined;
  readonly max_window_layers: number;
}
export const qwenKindAt =
  (c: QwenWindow) =>
  (layer: number): number =>
    c.use_sliding_window && c.sliding_window && layer >= c.max_window_layers ? 1 : 0;

/** Files of transformers 4.53 on name each layer's attention; older ones leave it to a rule of the class. */
export const layerTypes = () => names();
export function slides(types: readonly string[] | undefined, layer: number, rule: (layer: number) => boolean): boolean {
  const type = types?.[layer];
  return type === undefined ? rule(layer) : type === 'sliding_attention';
}
