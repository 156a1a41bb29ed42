// The Llama line (llama, mistral, qwen2, qwen3) with numbers, local by local as transformers writes it.

import { type Decoder, type Step, withRotary } from './decoder.ts';
import { type Graph, type Parameter, temporary, type Value } from './graph.ts';
import { linear, project } from './linear.ts';
import { type Layer, type Model, named } from './model.ts';
import { add, addNumber, mul, power, rowMean, rsqrt, silu } from './pointwise.ts';
import { attention } from './self-attention.ts';

const EPSILON = 1e-6;

/** LlamaRMSNorm.forward: `variance` is a local to the end. */
export function rmsNorm(graph: Graph, x: Value, weight: Parameter): Value {
  const owned = x.temporary;
  x.temporary = false;
  const variance = rowMean(graph, temporary(power(graph, x, 2)));
  const y = mul(graph, x, temporary(rsqrt(graph, temporary(addNumber(graph, variance, EPSILON)))));
  const out = mul(graph, weight.value, y);
  graph.release(y);
  graph.release(variance);
  if (owned) graph.release(x);
  return out;
}

/** `down_proj(act_fn(gate_proj(x)) * up_proj(x))`. */
export function gatedMlp(
  { graph, lora }: Step,
  x: Value,
  layer: Layer,
  activation: (graph: Graph, x: Value) => Value,
): Value {
  const gate = project(graph, x, named(layer.linears, 'mlp.gate_proj'), lora);
  const turned = activation(graph, temporary(gate));
  const up = project(graph, x, named(layer.linears, 'mlp.up_proj'), lora);
  const product = mul(graph, temporary(turned), temporary(up));
  return project(graph, temporary(product), named(layer.linears, 'mlp.down_proj'), lora);
}

function layer(step: Step, x: Value, layer: Layer): Value {
  const { graph } = step;
  const normed = rmsNorm(graph, x, named(layer.norms, 'input_layernorm'));
  const [attended, weights] = attention(step, normed, layer, { norm: rmsNorm, late: false });
  graph.release(normed);
  const residual = add(graph, x, temporary(attended));
  const again = rmsNorm(graph, residual, named(layer.norms, 'post_attention_layernorm'));
  const change = gatedMlp(step, again, layer, silu);
  graph.release(again);
  const out = add(graph, residual, temporary(change));
  graph.release(residual);
  graph.release(weights);
  return out;
}

export const llama: Decoder = {
  start: withRotary((_, embedded) => embedded),
  layer,
  finish: (graph, model, x) => rmsNorm(graph, x, finalNorm(model)),
  logits: (graph, model, last) => linear(graph, last, model.head, model.headBias, 'logits'),
};

/** The norm after the layers, whatever a family calls it. */
export function finalNorm(model: Model): Parameter {
  const name = model.plan.model.above.find((w) => w.kind === 'norm')?.name ?? '';
  return named(model.ends, name);
}
