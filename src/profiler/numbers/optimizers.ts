// torch.optim with numbers. States stay; what a step takes for a moment is as its implementation takes it: fused nothing,
// foreach a tensor for every parameter at once, the loop one parameter's at a time.

import type { Optimizer } from '../../memory/run.ts';
import type { Graph, Parameter, Value } from './graph.ts';

const RATE = 1e-3;
const DECAY = { first: 0.9, second: 0.999, average: 0.99 } as const;
const EPSILON = 1e-8;

interface Trained {
  readonly parameter: Parameter;
  readonly gradient: Value;
  readonly states: readonly Value[];
}
export type States = Map<Parameter, readonly Value[]>;

interface Program {
  readonly states: (optimizer: Optimizer) => number;
  /** One parameter's update; `root` is the tensor of square roots where the implementation makes one. */
  readonly update: (graph: Graph, trained: Trained, root: Value | null, optimizer: Optimizer, step: number) => void;
  /** The state whose root is taken; null: everything happens in place. */
  readonly rooted: number | null;
}

const adam: Program = {
  states: () => 2,
  rooted: 1,
  update: (graph, { parameter, gradient, states: [first, second] }, root, optimizer, step) => {
    if (!first || !second) return;
    const unbiased = { first: 1 - DECAY.first ** step, second: 1 - DECAY.second ** step };
    average(graph, first, gradient, DECAY.first);
    graph.replace(
      second,
      (tf) => tf.add(tf.mul(second.tensor, DECAY.second), tf.mul(tf.square(gradient.tensor), 1 - DECAY.second)),
      'optimizer',
    );
    refresh(graph, root, second);
    const shrink = optimizer.name === 'adamw' ? 1 - RATE * 0.01 : 1;
    change(graph, parameter, (tf, weight) => {
      const scaled = tf.add(tf.div(tf.sqrt(second.tensor), Math.sqrt(unbiased.second)), EPSILON);
      return tf.sub(tf.mul(weight, shrink), tf.mul(tf.div(first.tensor, scaled), RATE / unbiased.first));
    });
  },
};

const sgd: Program = {
  states: ({ momentum }) => (momentum ? 1 : 0),
  rooted: null,
  update: (graph, { parameter, gradient, states: [velocity] }, _, { momentum }) => {
    if (velocity) {
      graph.replace(velocity, (tf) => tf.add(tf.mul(velocity.tensor, momentum), gradient.tensor), 'optimizer');
    }
    change(graph, parameter, (tf, weight) => tf.sub(weight, tf.mul((velocity ?? gradient).tensor, RATE)));
  },
};

const rmsprop: Program = {
  states: () => 1,
  rooted: 0,
  update: (graph, { parameter, gradient, states: [square] }, root) => {
    if (!square) return;
    graph.replace(
      square,
      (tf) => tf.add(tf.mul(square.tensor, DECAY.average), tf.mul(tf.square(gradient.tensor), 1 - DECAY.average)),
      'optimizer',
    );
    refresh(graph, root, square);
    change(graph, parameter, (tf, weight) => {
      const step = tf.div(gradient.tensor, tf.add(tf.sqrt(square.tensor), EPSILON));
      return tf.sub(weight, tf.mul(step, RATE));
    });
  },
};

const PROGRAMS: Readonly<Record<string, Program>> = { adam, adamw: adam, sgd, rmsprop };
export const COMPUTED_OPTIMIZERS: readonly string[] = Object.keys(PROGRAMS);

type Change = (tf: Graph['tf'], weight: Value['tensor']) => Value['tensor'];

function change(graph: Graph, { value, name }: Parameter, run: Change): void {
  const term = name.includes('.lora_') ? 'adapters' : 'weights';
  graph.replace(value, (tf) => run(tf, value.tensor), term);
}

function average(graph: Graph, state: Value, gradient: Value, decay: number): void {
  graph.replace(state, (tf) => tf.add(tf.mul(state.tensor, decay), tf.mul(gradient.tensor, 1 - decay)), 'optimizer');
}

function refresh(graph: Graph, root: Value | null, state: Value): void {
  if (root) graph.replace(root, (tf) => tf.sqrt(state.tensor), 'temporaries');
}

const zerosLike = (graph: Graph, value: Value, term: 'optimizer' | 'temporaries'): Value =>
  graph.make((tf) => tf.zerosLike(value.tensor), term);

/** One step over all parameters that have a gradient; `count` is its number, from 1. */
export function optimizerStep(
  graph: Graph,
  optimizer: Optimizer,
  parameters: readonly Parameter[],
  states: States,
  count: number,
): void {
  const program = PROGRAMS[optimizer.name];
  if (!program) throw new Error(`no program for ${optimizer.name}`);
  const trained = parameters.flatMap((parameter): Trained[] => {
    const { gradient } = parameter;
    return gradient
      ? [{ parameter, gradient, states: statesOf(graph, parameter, program.states(optimizer), states) }]
      : [];
  });
  const roots = rootsOf(graph, program, optimizer, trained);
  for (const one of trained) program.update(graph, one, roots.next(one), optimizer, count);
  roots.close();
}

/** Square roots of a state: where they are made, and how long they live. */
interface Roots {
  readonly next: (trained: Trained) => Value | null;
  readonly close: () => void;
}
const IN_PLACE: Roots = { next: () => null, close: () => {} };

function rootsOf(graph: Graph, { rooted }: Program, { implementation }: Optimizer, trained: readonly Trained[]): Roots {
  if (rooted === null || implementation === 'fused') return IN_PLACE;
  const rootOf = ({ parameter }: Trained): Value => zerosLike(graph, parameter.value, 'temporaries');
  if (implementation === 'foreach') {
    const list = new Map(trained.map((one) => [one, rootOf(one)]));
    return {
      next: (one) => list.get(one) ?? null,
      close: () => {
        for (const root of list.values()) graph.release(root);
      },
    };
  }
  // `denom = (exp_avg_sq.sqrt() / c).add_(eps)`: the root is a temporary, denom lives until it is bound again.
  let denominator: Value | null = null;
  return {
    next: (one) => {
      const root = rootOf(one);
      const next = rootOf(one);
      graph.release(denominator);
      graph.release(root);
      denominator = next;
      return next;
    },
    close: () => graph.release(denominator),
  };
}

function statesOf(graph: Graph, parameter: Parameter, count: number, states: States): readonly Value[] {
  const before = states.get(parameter);
  if (before) return before;
  const made = Array.from({ length: count }, () => zerosLike(graph, parameter.value, 'optimizer'));
  states.set(parameter, made);
  return made;
}
