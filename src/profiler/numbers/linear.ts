// Products of matrices: linear layers, with LoRA around them, and the token table.

import { type Graph, type Parameter, temporary, type Value } from './graph.ts';
import { add, dropout, present, scale } from './pointwise.ts';

/** The result of a product in backward is a view of a 2-D matrix: nothing is ever added to it in place. */
function viewed(value: Value): Value {
  value.fresh = false;
  return value;
}

/** x [rows, in] times weight [out, in]. The input is saved if the weight needs a gradient, the weight if the input does. */
export function linear(graph: Graph, x: Value, weight: Parameter, bias: Parameter | null, term?: 'logits'): Value {
  const w = weight.value;
  const weightGradient = (g: Value, input: Value['tensor']): Value =>
    viewed(graph.make((tf) => tf.matMul(g.tensor, input, true, false), 'gradients'));
  return graph.apply({
    inputs: bias ? [x, w, bias.value] : [x, w],
    run: (tf) => {
      const product = tf.matMul(x.tensor, w.tensor, false, true);
      return bias ? tf.add(product, bias.value.tensor) : product;
    },
    ...(term && { term }),
    saves: [graph.needsGrad(w) ? x : null, graph.needsGrad(x) ? w : null],
    backward: (g, [input, matrix], wanted) => {
      const inputGradient = (): Value | null =>
        matrix ? viewed(graph.make((tf) => tf.matMul(g.tensor, matrix))) : null;
      if (!bias) {
        const gw = wanted[1] && input ? weightGradient(g, input) : null; // mm: weight, input
        return [inputGradient(), gw];
      }
      const gx = inputGradient(); // addmm: input, weight, bias
      return [gx, wanted[1] && input ? weightGradient(g, input) : null, wanted[2] ? graph.keep(g) : null];
    },
  });
}

export interface Adapter {
  readonly a: Parameter;
  readonly b: Parameter;
}
export interface Linear {
  readonly weight: Parameter;
  readonly bias: Parameter | null;
  readonly adapter: Adapter | null;
}
export interface LoraSettings {
  readonly scaling: number;
  readonly dropout: number;
}

/** A projection, with PEFT's `result + lora_B(lora_A(dropout(x))) * scaling` where it has an adapter (peft/tuners/lora/layer.py). */
export function project(graph: Graph, x: Value, { weight, bias, adapter }: Linear, lora: LoraSettings): Value {
  const owned = x.temporary;
  x.temporary = false;
  const base = linear(graph, x, weight, bias);
  const out = adapter ? around(graph, x, base, adapter, lora) : base;
  if (owned) graph.release(x);
  return out;
}

function around(graph: Graph, x: Value, base: Value, { a, b }: Adapter, lora: LoraSettings): Value {
  const dropped = lora.dropout > 0 ? dropout(graph, x, lora.dropout) : graph.keep(x);
  const low = linear(graph, temporary(dropped), a, null);
  const change = scale(graph, temporary(linear(graph, temporary(low), b, null)), lora.scaling);
  return add(graph, temporary(base), temporary(change));
}

/** `F.embedding`: saves the ids; the gradient is a whole table. */
export function embedding(graph: Graph, ids: Value, table: Parameter): Value {
  const rows = ids.shape[0] ?? 0;
  return graph.apply({
    inputs: [table.value],
    run: (tf) => tf.gather(table.value.tensor, tf.cast(ids.tensor, 'int32')),
    saves: [ids],
    backward: (g, [saved]) => [
      graph.make((tf) => {
        const indices = tf.reshape(tf.cast(present(saved), 'int32'), [rows, 1]);
        return tf.scatterND(indices as never, g.tensor, [...table.value.shape] as never);
      }, 'gradients'),
    ],
  });
}
