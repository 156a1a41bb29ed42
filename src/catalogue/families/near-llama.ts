// Families whose layers hold what Llama's do and differ in what they do with it: Granite and MiniCPM 1 multiply by numbers,
// SmolLM3 leaves every fourth layer without positions, Seed-OSS drops values, Arcee's MLP has no gate.

import { attentionDims, denseLayer, mixed, uniform } from './decoder.ts';
import { defineFamily } from './family.ts';
import { flag, layerNumbersOr, rateOr, sizeOr } from './fields.ts';
import { llamaConfig, llamaLayer } from './llama.ts';
import { gatedMlp } from './weights.ts';

const tied = () => ({ tie_word_embeddings: flag(true) });

export const granite = defineFamily(
  ['granite'],
  () => llamaConfig().shape,
  (c) =>
    uniform(c, llamaLayer(c), {
      program: 'llama',
      traits: { scales: { embedding: true, residual: true, logits: true } },
    }),
);
/** The code lies beside its weights: no block program. */
export const minicpm = defineFamily(
  ['minicpm'],
  () => ({ ...llamaConfig().shape, ...tied() }),
  (c) => uniform(c, llamaLayer(c)),
);
export const smollm3 = defineFamily(
  ['smollm3'],
  () => ({
    ...llamaConfig().shape,
    ...tied(),
    num_key_value_heads: sizeOr(4),
    no_rope_layers: layerNumbersOr(undefined),
    no_rope_layer_interval: sizeOr(4),
  }),
  (c) => {
    const rotated = llamaLayer(c);
    const attention = { ...attentionDims(c), unrotated: true };
    const turns = (i: number): boolean =>
      c.no_rope_layers ? c.no_rope_layers[i] !== 0 : (i + 1) % c.no_rope_layer_interval !== 0;
    return mixed(c, [rotated, { ...rotated, attention }], (i) => (turns(i) ? 0 : 1), { program: 'llama' });
  },
);

/** Two matrices and a squared ReLU. */
export const arcee = defineFamily(
  ['arcee'],
  () => llamaConfig().shape,
  (c) => {
    const mlp = gatedMlp(c.hidden_size, c.intermediate_size, c.mlp_bias).filter((w) => w.name !== 'mlp.gate_proj');
    const { attention_bias: bias } = c;
    const attention = attentionDims(c);
    const layer = denseLayer(c.hidden_size, { attention, inner: c.intermediate_size, qkvBias: bias, oBias: bias, mlp });
    return uniform(c, layer, { program: 'llama', traits: { activation: 'relu2' } });
  },
);

/** Biased where queries, keys and values are made, not where attention leaves. */
export const seedOss = defineFamily(
  ['seed_oss'],
  () => ({
    ...llamaConfig().shape,
    attention_bias: flag(true),
    attention_out_bias: flag(false),
    attention_dropout: rateOr(0.1),
    residual_dropout: rateOr(0.1),
  }),
  (c) => {
    const attention = attentionDims(c);
    const { attention_bias: qkvBias, attention_out_bias: oBias, mlp_bias: mlpBias } = c;
    const layer = denseLayer(c.hidden_size, { attention, inner: c.intermediate_size, qkvBias, oBias, mlpBias });
    const dropout = { embedding: false, attention: c.attention_dropout > 0, residual: false };
    return uniform(c, layer, { program: 'llama', traits: { dropout, dropsBranches: c.residual_dropout > 0 } });
  },
);

/** ERNIE 4.5: biases everywhere or nowhere, rotary tables in fp32 with every value twice. */
export const ernie45 = defineFamily(
  ['ernie4_5'],
  () => ({
    ...llamaConfig().shape,
    ...tied(),
    num_key_value_heads: sizeOr(2),
    head_dim: sizeOr(128),
    use_bias: flag(false),
  }),
  (c) =>
    uniform(c, llamaLayer({ ...c, attention_bias: c.use_bias, mlp_bias: c.use_bias }), {
      program: 'llama',
      traits: { rotary: 'interleaved-in-fp32', rotaryInFp32: true },
    }),
);
