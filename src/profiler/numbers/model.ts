// A model with numbers: parameters in the places where programs look for them, made on the backend itself (an array from
// JavaScript would stand beside its tensor until the first use).

import { type LayerPlan, lastPart, type Plan } from '../../memory/plan.ts';
import type { WeightShape } from '../../memory/shape.ts';
import type { Tensor, Tf } from '../tf.ts';
import type { Graph, Parameter } from './graph.ts';
import type { Adapter, Linear } from './linear.ts';

export interface Layer {
  readonly plan: LayerPlan;
  readonly linears: Readonly<Record<string, Linear>>;
  readonly norms: Readonly<Record<string, Parameter>>;
}

export interface Model {
  readonly plan: Plan;
  readonly embedding: Parameter;
  readonly head: Parameter;
  readonly headBias: Parameter | null;
  /** Everything outside the layers but the head, by name: position tables, norms. */
  readonly ends: Readonly<Record<string, Parameter>>;
  readonly layers: readonly Layer[];
  /** In the order of `model.parameters()`, adapters last. */
  readonly parameters: readonly Parameter[];
}

const STANDARD_DEVIATION = 0.03;

/** Numbers that differ everywhere: the sine of a running sum, which every backend computes. `seed` parts one tensor from another. */
function scattered(tf: Tf, shape: number[], seed: number): Tensor {
  const count = shape.reduce((n, side) => n * side, 1);
  const angles = tf.cumsum(tf.fill([count], 1.37 + (seed % 89) / 100));
  return tf.reshape(tf.mul(tf.sin(angles), STANDARD_DEVIATION), shape);
}

class Loader {
  readonly parameters: Parameter[] = [];
  private readonly graph: Graph;
  private readonly plan: Plan;

  constructor(graph: Graph, plan: Plan) {
    this.graph = graph;
    this.plan = plan;
  }

  private make(name: string, run: (tf: Tf) => Tensor, trainable: boolean, term: 'weights' | 'adapters'): Parameter {
    const parameter = this.graph.parameter(name, run, term, trainable);
    this.parameters.push(parameter);
    return parameter;
  }

  private matrix(
    name: string,
    shape: number[],
    trainable: boolean,
    term: 'weights' | 'adapters' = 'weights',
  ): Parameter {
    const seed = this.parameters.length;
    return this.make(name, (tf) => scattered(tf, shape, seed), trainable, term);
  }

  private constant(name: string, size: number, value: number, trainable: boolean): Parameter {
    return this.make(name, (tf) => tf.fill([size], value), trainable, 'weights');
  }

  /** Tables, and norms with their biases. Gemma's norms multiply by 1 + w. */
  ends(weights: readonly WeightShape[], trainable: boolean): Record<string, Parameter> {
    const made: Record<string, Parameter> = {};
    for (const w of weights) {
      if (w.kind === 'table') made[w.name] = this.matrix(w.name, [w.rows, w.cols], trainable);
      else this.norm(made, w, trainable);
    }
    return made;
  }

  private norm(into: Record<string, Parameter>, w: WeightShape, trainable: boolean): void {
    const isBias = w.name.endsWith('.bias');
    const one = isBias || this.plan.program === 'gemma' ? 0 : 1;
    into[w.name] = this.constant(w.name, w.rows * w.cols, one, trainable);
  }

  layer(plan: LayerPlan, index: number): Layer {
    const linears: Record<string, Linear> = {};
    const norms: Record<string, Parameter> = {};
    for (const w of plan.shape.weights) {
      const name = `layers.${index}.${w.name}`;
      if (w.kind === 'linear') linears[w.name] = this.linear(w, name, plan.trainable);
      else this.norm(norms, w, plan.trainable);
    }
    return { plan, linears, norms };
  }

  linear(w: WeightShape, name: string, trainable: boolean): Linear {
    const weight = this.matrix(name, [w.rows, w.cols], trainable);
    const bias = w.bias ? this.constant(`${name}.bias`, w.rows, 0, trainable) : null;
    return { weight, bias, adapter: null };
  }

  /** PEFT puts adapters beside the finished model. */
  adapt(layer: Layer, index: number): Layer {
    const { lora } = this.plan;
    if (!lora) return layer;
    const adapterOf = (name: string, { weight }: Linear): Adapter => {
      const [rows = 0, cols = 0] = weight.value.shape;
      const path = `layers.${index}.${name}.lora`;
      return {
        a: this.matrix(`${path}_A`, [lora.rank, cols], true, 'adapters'),
        b: this.matrix(`${path}_B`, [rows, lora.rank], true, 'adapters'),
      };
    };
    const linears = Object.entries(layer.linears).map(([name, linear]): [string, Linear] =>
      lora.targets.has(lastPart(name)) ? [name, { ...linear, adapter: adapterOf(name, linear) }] : [name, linear],
    );
    return { ...layer, linears: Object.fromEntries(linears) };
  }
}

export function loadModel(graph: Graph, plan: Plan): Model {
  const loader = new Loader(graph, plan);
  const { model, trainsEnds } = plan;
  const below = loader.ends(model.below, trainsEnds);
  const [embedding] = Object.values(below);
  if (!embedding) throw new Error('a model begins with its token table');
  const bare = plan.layers.map((layer, i) => loader.layer(layer, i));
  const isHead = (w: WeightShape): boolean => w.name === 'lm_head';
  const above = loader.ends(
    model.above.filter((w) => !isHead(w)),
    trainsEnds,
  );
  const shape = model.tied ? undefined : model.above.find(isHead);
  const head = shape ? loader.linear(shape, shape.name, trainsEnds) : null;
  return {
    plan,
    embedding,
    head: head?.weight ?? embedding,
    headBias: head?.bias ?? null,
    ends: { ...below, ...above },
    layers: bare.map((layer, i) => loader.adapt(layer, i)),
    parameters: loader.parameters,
  };
}

export function named<T>(parts: Readonly<Record<string, T>>, name: string): T {
  const found = parts[name];
  if (!found) throw new Error(`the program needs ${name}`);
  return found;
}
