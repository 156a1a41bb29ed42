// Element by element, as PyTorch saves and computes it (tools/autograd/derivatives.yaml).

import type { Tensor, Tf } from '../tf.ts';
import type { Graph, Value } from './graph.ts';

type Make = (tf: Tf) => Tensor;

/** A formula of derivatives.yaml written with operators: every step a tensor, all of them alive until the last one is there. */
function chain(graph: Graph, ...steps: readonly ((before: Tensor) => Make)[]): Value {
  let last: Value | null = null;
  const made: Value[] = [];
  for (const step of steps) {
    const make = step((last as Value | null)?.tensor as Tensor);
    last = graph.make(make);
    made.push(last);
  }
  for (const value of made.slice(0, -1)) graph.release(value);
  if (!last) throw new Error('a formula has steps');
  return last;
}

/** What was saved at a place where something always is. */
export function present(saved: Tensor | null | undefined): Tensor {
  if (!saved) throw new Error('the operation saved this');
  return saved;
}

/** Saves nothing; the gradient goes to both sides. */
export const add = (graph: Graph, a: Value, b: Value): Value =>
  graph.apply({
    inputs: [a, b],
    run: (tf) => tf.add(a.tensor, b.tensor),
    backward: (g, _, wanted) => wanted.map((w) => w && graph.keep(g)),
  });

/** Saves the other side of whatever needs a gradient. */
export const mul = (graph: Graph, a: Value, b: Value): Value =>
  graph.apply({
    inputs: [a, b],
    run: (tf) => tf.mul(a.tensor, b.tensor),
    saves: [graph.needsGrad(b) ? a : null, graph.needsGrad(a) ? b : null],
    backward: (g, [left, right], wanted) => {
      const second = wanted[1] && left ? graph.make((tf) => tf.mul(g.tensor, left)) : null;
      return [wanted[0] && right ? graph.make((tf) => tf.mul(g.tensor, right)) : null, second];
    },
  });

/** Times a number of Python. */
export const scale = (graph: Graph, x: Value, by: number, term?: 'logits'): Value =>
  graph.apply({
    inputs: [x],
    run: (tf) => tf.mul(x.tensor, by),
    ...(term && { term }),
    backward: (g) => [graph.make((tf) => tf.mul(g.tensor, by))],
  });

export const addNumber = (graph: Graph, x: Value, number: number): Value =>
  graph.apply({ inputs: [x], run: (tf) => tf.add(x.tensor, number), backward: (g) => [graph.keep(g)] });

/** `x.pow(n)`: `grad * (n * x.pow(n - 1))`. */
export const power = (graph: Graph, x: Value, n: number): Value =>
  graph.apply({
    inputs: [x],
    run: (tf) => (n === 2 ? tf.square(x.tensor) : tf.pow(x.tensor, n)),
    saves: [x],
    backward: (g, [saved]) => {
      const base = present(saved);
      return [
        chain(
          graph,
          () => (tf) => (n === 2 ? tf.mul(base, 1) : tf.pow(base, n - 1)),
          (raised) => (tf) => tf.mul(raised, n),
          (scaled) => (tf) => tf.mul(g.tensor, scaled),
        ),
      ];
    },
  });

/** `x.mean(-1, keepdim=True)`. */
export const rowMean = (graph: Graph, x: Value): Value => {
  const { shape } = x;
  const width = shape.at(-1) ?? 1;
  return graph.apply({
    inputs: [x],
    run: (tf) => tf.mean(x.tensor, -1, true),
    backward: (g) => [graph.make((tf) => tf.mul(tf.ones([...shape]), tf.div(g.tensor, width)))],
  });
};

/** Saves its result: `-0.5 * grad * result.pow(3)`. */
export const rsqrt = (graph: Graph, x: Value): Value =>
  graph.apply({
    inputs: [x],
    run: (tf) => tf.rsqrt(x.tensor),
    savesResults: [0],
    backward: (g, [saved]) => {
      const result = present(saved);
      return [
        chain(
          graph,
          () => (tf) => tf.mul(g.tensor, -0.5),
          () => (tf) => tf.mul(tf.square(result), result),
          (cube) => (tf) => tf.mul(tf.mul(g.tensor, -0.5), cube),
        ),
      ];
    },
  });

type Curve = (tf: Tf, x: Tensor) => Tensor;
interface Activation {
  readonly of: Curve;
  readonly slope: Curve;
}

/** One kernel that saves its input. */
const SILU: Activation = {
  of: (tf, x) => tf.mul(x, tf.sigmoid(x)),
  slope: (tf, x) => {
    const s = tf.sigmoid(x);
    return tf.mul(s, tf.add(1, tf.mul(x, tf.sub(1, s))));
  },
};

const kernel =
  ({ of, slope }: Activation) =>
  (graph: Graph, x: Value): Value =>
    graph.apply({
      inputs: [x],
      run: (tf) => of(tf, x.tensor),
      saves: [x],
      backward: (g, [saved]) => [graph.make((tf) => tf.mul(g.tensor, slope(tf, present(saved))))],
    });

export const silu = kernel(SILU);

/** native_dropout: the mask, a byte an element, is all that is saved. Which elements fall does not matter here. */
export function dropout(graph: Graph, x: Value, rate: number): Value {
  const kept = 1 / (1 - rate);
  const falls = Math.cos(Math.PI * rate);
  return graph.apply({
    inputs: [x],
    run: (tf) => {
      const mask = tf.less(tf.cos(tf.mul(x.tensor, 1e4)), falls);
      return [tf.mul(tf.mul(x.tensor, kept), tf.cast(mask, 'float32')), mask];
    },
    savesResults: [1],
    backward: (g, [mask]) => [graph.make((tf) => tf.mul(tf.mul(g.tensor, kept), tf.cast(present(mask), 'float32')))],
  });
}
