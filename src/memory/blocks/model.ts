// A loaded model: parameters in the places where programs look for them.

import type { Parameter, Tensor } from '../engine/tensor.ts';
import type { LayerPlan, Plan } from '../plan.ts';
import type { AlikeLayers } from './alike-layers.ts';

export interface Adapter {
  readonly a: Parameter;
  readonly b: Parameter;
  /** DoRA's magnitude vector. */
  readonly magnitude: Parameter | null;
}

export interface Linear {
  readonly name: string;
  readonly weight: Parameter;
  readonly bias: Parameter | null;
  lora: Adapter | null;
  /** LLaMA-Adapter v2: a bias and a scale behind the layer. */
  readonly rescaling?: { readonly bias: Parameter; readonly scale: Parameter };
}

/** A norm's own tensors. OLMo's LayerNorm has none, an RMSNorm no bias. */
export interface NormWeights {
  readonly weight: Parameter | null;
  readonly bias: Parameter | null;
}

/** Tables of cosines and sines. */
export interface Rotary {
  readonly cos: Tensor;
  readonly sin: Tensor;
}

export interface Layer {
  readonly plan: LayerPlan;
  readonly linears: Readonly<Record<string, Linear>>;
  readonly norms: Readonly<Record<string, Parameter>>;
  /** Whatever is neither: routers, stacked experts and their biases, sinks. */
  readonly tensors: Readonly<Record<string, Parameter>>;
  /** Adapters of such tensors. */
  readonly stacks?: Readonly<Record<string, Adapter>>;
}

/** A vision tower, part by part. */
export interface Tower {
  readonly below: Layer;
  readonly blocks: readonly Layer[];
  readonly above: Layer;
  readonly projector: Layer;
  /** A buffer, where positions have a table. */
  readonly positionIds: Tensor | null;
}

export interface Model {
  readonly plan: Plan;
  /** The table and the head that run; with `modulesToSave` they are trained copies. */
  embedding: Parameter;
  head: Parameter;
  /** Table and head as they were loaded. */
  readonly base: { readonly embedding: Parameter; readonly head: Parameter };
  readonly headBias: Parameter | null;
  /** One number a token beside the words, where the stage asks for it. */
  valueHead: { readonly weight: Parameter; readonly bias: Parameter } | null;
  /** Where adapters are put on the head, too. */
  readonly headAdapter?: Adapter | null;
  readonly norm: NormWeights;
  /** Everything outside the layers but the head, by name: position tables, norms. */
  readonly ends: Readonly<Record<string, Parameter>>;
  readonly layers: readonly Layer[];
  readonly alike: AlikeLayers;
  readonly tower: Tower | null;
  /** LitGPT's head can be adapted, and its rotary tables are buffers. */
  readonly litgpt?: { readonly head: Linear; readonly rotary: Rotary };
  /** Every parameter that may be trained, in the order of `model.parameters()`. */
  readonly parameters: Parameter[];
}

export function linearOf(layer: Layer, name: string): Linear {
  const found = layer.linears[name];
  if (!found) throw new Error(`the block program needs ${name}`);
  return found;
}
export function normOf(layer: Layer, name: string): NormWeights {
  return { weight: layer.norms[name] ?? null, bias: layer.norms[`${name}.bias`] ?? null };
}
export function endOf(model: Model, name: string): Parameter {
  const found = model.ends[name];
  if (!found) throw new Error(`the block program needs ${name}`);
  return found;
}
export function weightOf(norm: NormWeights): Parameter {
  if (!norm.weight) throw new Error('this norm needs a weight');
  return norm.weight;
}
export function tensorOf(layer: Layer, name: string): Parameter {
  const found = layer.tensors[name];
  if (!found) throw new Error(`the block program needs ${name}`);
  return found;
}

/** What axolotl turns into fp32 for full tuning (loaders/model.py, _convert_embedding_modules_dtype). */
export function embeddingsAndNorms({ embedding, layers, norm, head }: Model): Parameter[] {
  const norms = layers.flatMap((l) => Object.values(l.norms));
  return [embedding, ...norms, norm.weight, norm.bias, head].filter((p) => p !== null);
}
