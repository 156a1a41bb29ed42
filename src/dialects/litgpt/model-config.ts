// LitGPT's description of a model (litgpt/config.py, Config; 0.5.13), in a file's `model_config` or beside a checkpoint in
// model_config.yaml, as the config.json of the family it stands for.

import type { ModelConfig } from '../../memory/run.ts';
import { parseSource } from '../../yaml/parse.ts';
import type { MapNode, Scalar } from '../../yaml/source-doc.ts';

type Given = ReadonlyMap<string, Scalar>;

/** What Config has where a field is not given. */
const DEFAULTS = {
  n_layer: 16,
  n_embd: 4096,
  n_head: 32,
  vocab_size: 50_254,
  padding_multiple: 512,
  block_size: 4096,
  rotary_percentage: 0.25,
} as const;

export interface DescribedModel {
  /** The checkpoint on the Hub that it was converted from. */
  readonly id?: string;
  readonly config: ModelConfig;
}

export function modelInFile(text: string): DescribedModel | null {
  const root = parseSource(text, 'yaml').roots[0];
  return root?.kind === 'map' && root.entries.length > 0 ? describedModel(root) : null;
}

export function describedModel(root: MapNode): DescribedModel {
  const given = scalarsOf(root);
  const origin = root.entries.find((e) => e.key === 'hf_config')?.value;
  const hub = origin?.kind === 'map' ? scalarsOf(origin) : new Map();
  const [org, name] = [hub.get('org'), hub.get('name')];
  return { ...(org && name ? { id: `${org}/${name}` } : {}), config: configOf(given) };
}

const scalarsOf = ({ entries }: MapNode): Given =>
  new Map(entries.flatMap(({ key, value }) => (value.kind === 'scalar' ? [[key, value.value] as const] : [])));

function configOf(given: Given): ModelConfig {
  const size = (key: keyof typeof DEFAULTS): number => numberIn(given, key) ?? DEFAULTS[key];
  const heads = size('n_head');
  const headDim = numberIn(given, 'head_size') ?? Math.floor(size('n_embd') / heads);
  const inner = numberIn(given, 'intermediate_size') ?? 4 * size('n_embd');
  const padded = Math.ceil(size('vocab_size') / size('padding_multiple')) * size('padding_multiple');
  const groups = numberIn(given, 'n_query_groups') ?? heads;
  const share = size('rotary_percentage');
  return {
    hidden_size: size('n_embd'),
    intermediate_size: inner,
    num_hidden_layers: size('n_layer'),
    num_attention_heads: heads,
    num_key_value_heads: groups,
    head_dim: headDim,
    vocab_size: numberIn(given, 'padded_vocab_size') ?? padded,
    max_position_embeddings: size('block_size'),
    partial_rotary_factor: share,
    rotary_pct: share,
    tie_word_embeddings: false,
    ...familyOf(given, { heads, groups, inner }),
  };
}

interface Sizes {
  readonly heads: number;
  readonly groups: number;
  readonly inner: number;
}

/** The family whose block has the same parts. */
function familyOf(given: Given, sizes: Sizes): ModelConfig {
  const mlp = given.get('mlp_class_name') ?? 'GptNeoxMLP';
  const rms = given.get('norm_class_name') === 'RMSNorm';
  if (mlp === 'LLaMAMoE') return mixtureOf(given);
  if (mlp === 'GemmaMLP') return { model_type: gemmaOf(given), ...attentionBias(given), ...windowOf(given) };
  if (mlp === 'LLaMAMLP') return rms ? llamaOf(given) : { model_type: layerNormOf(given), ...attentionBias(given) };
  return neoxOf(given, sizes);
}

function gemmaOf(given: Given): string {
  if (given.get('norm_qk') === true) return 'gemma3_text';
  return given.get('post_attention_norm') === true ? 'gemma2' : 'gemma';
}

function windowOf(given: Given): ModelConfig {
  const window = numberIn(given, 'sliding_window_size');
  return window === undefined ? {} : { sliding_window: window };
}

const layerNormOf = (given: Given): string => (String(given.get('name')).includes('OLMo') ? 'olmo' : 'stablelm');

function llamaOf(given: Given): ModelConfig {
  if (numberIn(given, 'sliding_window_size') !== undefined) return { model_type: 'mistral', ...windowOf(given) };
  const bias = { ...attentionBias(given), mlp_bias: hasBias(given) };
  if (given.get('norm_qk') === true)
    return { model_type: given.get('norm_qk_type') === 'olmo2' ? 'olmo2' : 'qwen3', ...bias };
  return given.get('attn_bias') === true && !hasBias(given)
    ? { model_type: 'qwen2' }
    : { model_type: 'llama', ...bias };
}

function neoxOf(given: Given, { heads, groups, inner }: Sizes): ModelConfig {
  const parallel = given.get('parallel_residual') !== false;
  const shared = given.get('shared_attention_norm') === true;
  if (shared && given.get('lm_head_bias') === true) return { model_type: 'phi' };
  if (!shared && hasBias(given) && heads === groups)
    return { model_type: 'gpt_neox', use_parallel_residual: parallel, attention_bias: true };
  return {
    model_type: 'falcon',
    num_kv_heads: groups,
    multi_query: groups === 1,
    new_decoder_architecture: !shared,
    ffn_hidden_size: inner,
    parallel_attn: parallel,
    bias: hasBias(given),
    alibi: false,
  };
}

function mixtureOf(given: Given): ModelConfig {
  return {
    model_type: given.get('norm_qk') === true ? 'qwen3_moe' : 'mixtral',
    num_local_experts: given.get('n_expert'),
    num_experts: given.get('n_expert'),
    num_experts_per_tok: given.get('n_expert_per_token'),
    moe_intermediate_size: given.get('moe_intermediate_size') ?? given.get('intermediate_size'),
  };
}

const hasBias = (given: Given): boolean => given.get('bias') !== false;
const attentionBias = (given: Given): ModelConfig => ({
  attention_bias: hasBias(given) || given.get('attn_bias') === true,
});

function numberIn(given: Given, key: string): number | undefined {
  const value = given.get(key);
  return typeof value === 'number' ? value : undefined;
}
