// A model's tensors as the framework of a run builds it, where that is not what the model's own library does.

import { litgptShape } from './litgpt-shape.ts';
import type { TrainingRun } from './run.ts';
import type { ModelShape } from './shape.ts';
import { torchtuneShape } from './torchtune-shape.ts';

export function asBuilt(run: TrainingRun, shape: ModelShape): ModelShape {
  const { name } = run.framework;
  if (name === shape.program) return shape; // built already
  if (name === 'litgpt') return litgptShape(shape, run);
  return name === 'torchtune' ? torchtuneShape(shape, run.method.kind === 'lora') : shape;
}
