// Cross-entropy over the vocabulary: log_softmax saves its result, nll_loss its input (aten/src/ATen/native/LossNLL.cpp).

import type { Graph, Value } from './graph.ts';
import { present } from './pointwise.ts';

/** The mean of -log p of the targets, one a row. */
export function crossEntropy(graph: Graph, logits: Value, targets: Value): Value {
  const logSoftmax = graph.apply({
    inputs: [logits],
    run: (tf) => tf.logSoftmax(logits.tensor),
    term: 'logits',
    savesResults: [0],
    backward: (g, [saved]) => [
      graph.make((tf) => tf.sub(g.tensor, tf.mul(tf.exp(present(saved)), tf.sum(g.tensor, -1, true))), 'logits'),
    ],
  });
  logSoftmax.temporary = true;
  return negativeLogLikelihood(graph, logSoftmax, targets);
}

function negativeLogLikelihood(graph: Graph, logSoftmax: Value, targets: Value): Value {
  const [rows = 0, classes = 0] = logSoftmax.shape;
  return graph.apply({
    inputs: [logSoftmax],
    run: (tf) => {
      const places = tf.stack([tf.range(0, rows, 1, 'int32'), targets.tensor], 1);
      return tf.neg(tf.mean(tf.gatherND(logSoftmax.tensor, places)));
    },
    term: 'logits',
    saves: [logSoftmax, targets],
    backward: (g, [, saved]) => [
      graph.make((tf) => {
        // Ones, then scaled: the wasm backend knows whole numbers only here.
        const chosen = tf.cast(tf.oneHot(present(saved) as never, classes), 'float32');
        return tf.mul(chosen, tf.mul(tf.reshape(g.tensor, []), -1 / rows));
      }, 'logits'),
    ],
  });
}
