// Rotary positions in Python: `(q * cos) + (rotate_half(q) * sin)` (transformers, apply_rotary_pos_emb).
// Queries and keys lie as their projection left them, [batch, tokens, heads, dim]: PyTorch's transpose is only a view.

import { type Graph, temporary, type Value } from './graph.ts';
import { add, mul } from './pointwise.ts';

export interface RotaryTables {
  readonly cos: Value;
  readonly sin: Value;
}

/** fp32 tables, [1, tokens, 1, dim]. */
export function makeRotary(graph: Graph, tokens: number, dim: number): RotaryTables {
  const table = (curve: 'cos' | 'sin'): Value =>
    graph.make((tf) => {
      const positions = tf.reshape(tf.range(0, tokens, 1, 'float32'), [tokens, 1]);
      const exponents = tf.div(tf.range(0, dim, 2, 'float32'), dim);
      const angles = tf.div(positions, tf.reshape(tf.pow(10_000, exponents), [1, dim / 2]));
      return tf.reshape(tf[curve](tf.concat([angles, angles], 1)), [1, tokens, 1, dim]);
    }, 'activations');
  return { cos: table('cos'), sin: table('sin') };
}

export function rotary(graph: Graph, x: Value, { cos, sin }: RotaryTables): Value {
  const straight = mul(graph, x, cos);
  const turned = mul(graph, temporary(rotateHalf(graph, x)), sin);
  return add(graph, temporary(straight), temporary(turned));
}

/** `torch.cat((-x2, x1), dim=-1)`. */
function rotateHalf(graph: Graph, x: Value): Value {
  const half = (x.shape.at(-1) ?? 0) / 2;
  const halves = (tf: Graph['tf'], t: Value['tensor']) => tf.split(t, [half, half], -1) as [typeof t, typeof t];
  return graph.apply({
    inputs: [x],
    run: (tf) => {
      const [first, second] = halves(tf, x.tensor);
      return tf.concat([tf.neg(second), first], -1);
    },
    backward: (g) => {
      // Each slice gives a gradient of the whole size, and the second is added to the first in place.
      const [ofFirst, ofSecond] = [0, 1].map((side) =>
        graph.make((tf) => {
          const [left, right] = halves(tf, g.tensor);
          return side === 0
            ? tf.concat([right, tf.zerosLike(left)], -1)
            : tf.concat([tf.zerosLike(left), tf.neg(left)], -1);
        }),
      );
      if (!ofFirst || !ofSecond) return [null];
      graph.replace(ofFirst, (tf) => tf.add(ofFirst.tensor, ofSecond.tensor), 'temporaries');
      graph.release(ofSecond);
      return [ofFirst];
    },
  });
}
