// Steps with numbers: the gradients are right although everything unsaved is gone, and what stood at each moment is what the
// replay of the very same step says, in each segment and term.

import { beforeAll, describe, expect, test } from 'vitest';
import { savedBytes } from '../../src/profiler/measurement.ts';
import { Training } from '../../src/profiler/numbers/train.ts';
import { KERNELS_OWN, predictStep } from '../../src/profiler/prediction.ts';
import { loadBackend, type Tf } from '../../src/profiler/tf.ts';
import { readRepositoryFile, repositoryFiles, root } from '../support/repository.ts';
import { COMPUTED_RUNS, smallPlan } from './runs.ts';

let tf: Tf;
beforeAll(async () => {
  ({ tf } = await loadBackend('cpu', root));
});

/** Bytes a step that differ by design: ids of 4 bytes instead of 8, the random state of dropout and attention, one number. */
const SMALL = 2_048;
/** The position tables are one kernel here, eight operations of torch; their segment is far from any peak. */
const OTHERWISE = 'forward below';

describe.each(Object.entries(COMPUTED_RUNS))('%s', (_, changes) => {
  test('holds what the replay says', () => {
    const plan = smallPlan(changes);
    const training = new Training(tf, plan);
    training.step();
    const measured = training.step();
    training.dispose();
    const predicted = predictStep(plan);
    expect(savedBytes(measured.saved)).toBeCloseTo(savedBytes(predicted.saved), -2);
    for (const { phase, place, held } of predicted.segments.filter((s) => s.phase !== 'load')) {
      const ours = measured.segments.find((s) => s.phase === phase && s.place === place);
      const allowed = SMALL + (`${phase} ${place}` === OTHERWISE ? 8 * plan.tokens * 64 : 0);
      expect(Math.abs((ours?.held ?? 0) - held), `${phase} ${place}`).toBeLessThan(allowed);
    }
  });

  test('computes the gradient of its loss', () => {
    // What dropout lets fall depends on the numbers, so the loss would jump.
    const steady = changes.method ? { ...changes, method: { ...changes.method, dropout: 0 } } : changes;
    const training = new Training(tf, smallPlan(steady));
    const { of: gradients } = training.gradients();
    const { graph, model } = training;
    // Along the gradient itself the loss changes by its squared length: one number that every element takes part in.
    const length = Math.hypot(...[...gradients.values()].map((g) => Math.hypot(...g)));
    const lossAt = (distance: number): number => {
      for (const { name, value } of model.parameters) {
        const gradient = gradients.get(name);
        if (gradient)
          graph.replace(
            value,
            () => tf.add(value.tensor, tf.mul(tf.tensor(gradient, [...value.shape] as never), distance / length)),
            'weights',
          );
      }
      for (const parameter of model.parameters) {
        graph.release(parameter.gradient);
        parameter.gradient = null;
      }
      return training.gradients().loss;
    };
    const step = 2e-3;
    const slope = (lossAt(step) - lossAt(-2 * step)) / (2 * step);
    expect(length).toBeGreaterThan(0);
    expect(Math.abs(slope / length - 1)).toBeLessThan(0.02);
  });

  test('leaves nothing behind', () => {
    const before = tf.memory().numTensors;
    const training = new Training(tf, smallPlan(changes));
    training.step();
    training.step();
    training.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

test('a step learns', () => {
  const training = new Training(tf, smallPlan());
  const losses = [1, 2, 3].map(() => training.step().loss);
  expect(losses[2]).toBeLessThan(losses[0] ?? 0);
  training.dispose();
});

test('a checkpointed step has the same gradients', () => {
  const [plain, checkpointed] = [{}, { checkpointing: { kind: 'full' } } as const].map((changes) =>
    new Training(tf, smallPlan(changes)).gradients(),
  );
  expect(checkpointed?.of).toEqual(plain?.of);
});

test('wasm computes the same', async () => {
  const { tf: wasm } = await loadBackend('wasm', root);
  const loss = (backend: Tf): number => {
    const training = new Training(backend, smallPlan());
    training.step();
    const result = training.step();
    training.dispose();
    return result.loss;
  };
  const here = loss(wasm);
  await tf.setBackend('cpu');
  expect(here).toBeCloseTo(loss(tf), 4);
});

test('what is left out of the prediction are labels of the operation table', () => {
  const sources = repositoryFiles().filter((file) => file.startsWith('src/memory/'));
  const text = sources.map(readRepositoryFile).join('\n');
  for (const name of KERNELS_OWN) expect(text).toContain(`label('${name}'`);
});
