// What an optimizer keeps, and what its step takes for a moment: a table of programs by name and library.

import type { Optimizer } from '../run.ts';
import { adafactorStep } from './adafactor.ts';
import { bitsandbytesStep, knowsBitsandbytes } from './bitsandbytes.ts';
import { muonStep } from './muon.ts';
import { adamMiniStep, scheduleFreeStep } from './one-matrix.ts';
import { projectedStep } from './projected.ts';
import type { Step } from './states.ts';
import { adagradStep, adamStep, rmspropStep, sgdStep, torchAdafactorStep, torchaoStep } from './torch-optim.ts';

export type Program = (step: Step) => void;

const PROGRAMS: Readonly<Record<string, Program>> = {
  adam: adamStep,
  adamw: adamStep,
  sgd: sgdStep,
  rmsprop: rmspropStep,
  adagrad: adagradStep,
  adafactor: adafactorStep,
  muon: muonStep,
  galore: projectedStep,
  apollo: projectedStep,
  'schedule-free': scheduleFreeStep,
  'adam-mini': adamMiniStep,
};

/** The program of an optimizer, or null where there is none. */
export function programOf(o: Optimizer): Program | null {
  if (o.library === 'torchao') return o.name === 'adamw' || o.name === 'adam' ? torchaoStep : null;
  if (o.bits === 4) return null;
  const isBitsandbytes = o.library === 'bitsandbytes' || o.paged || (o.bits === 8 && o.name !== 'galore');
  if (isBitsandbytes) return knowsBitsandbytes(o.name) ? bitsandbytesStep : null;
  if (o.name === 'adafactor' && o.library === 'torch' && o.implementation === 'foreach') return torchAdafactorStep;
  return PROGRAMS[o.name] ?? null;
}

/** One optimizer step over the parameters that have a gradient. */
export function optimizerStep(step: Step): void {
  const program = programOf(step.plan.optimizer);
  if (!program) throw new Error(`no program for ${step.plan.optimizer.name}: it should have been refused`);
  program(step);
}
