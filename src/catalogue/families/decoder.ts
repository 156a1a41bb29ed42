// A causal decoder with a token table below and a norm and a head above: the frame most families share.

import type { AttentionDims, LayerShape, WeightShape } from '../../memory/shape.ts';
import type { FamilyShape } from './family.ts';
import { count, depth, flag, optionalSize, optionalTokens, size, vocabulary } from './fields.ts';
import { attentionWeights, gatedMlp, layersOf, linear, norm, table, twoNorms } from './weights.ts';

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
  readonly program?: string;
}

/** Everything around the layers. `kinds` and `layers` are the family's own. */
export function decoder(
  c: DecoderConfig,
  kinds: readonly LayerShape[],
  layers: readonly number[],
  frame: Frame = {},
): FamilyShape {
  const head = c.tie_word_embeddings ? [] : [linear('lm_head', c.vocab_size, c.hidden_size, frame.headBias)];
  return {
    ...(frame.program && { program: frame.program }),
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
      ...gatedMlp(hidden, l.inner, l.mlpBias),
      ...(l.norms ?? twoNorms(hidden)),
    ],
    attention: l.attention,
    inner: l.inner,
  };
}

/** All layers alike. */
export const uniform = (c: DecoderConfig, layer: LayerShape, frame: Frame = {}): FamilyShape =>
  decoder(c, [layer], layersOf(c.num_hidden_layers), frame);

/** From the layer this index on (and in `layer_types`), Qwen's classes slide; below it they attend to everything. */
export const slidingFields = {
  use_sliding_window: flag(false),
  sliding_window: optionalTokens(),
  max_window_layers: count().nullish(),
};
