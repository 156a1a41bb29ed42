// The run that TensorFlow.js can compute in place of a real one: the same architecture, method, checkpointing and schedule on
// one process in fp32. What had to be changed is listed: it is what a measurement cannot speak about.

import type { ProgramName } from '../memory/program.ts';
import type { TrainingRun } from '../memory/run.ts';
import type { BlockTraits, LayerShape, ModelShape } from '../memory/shape.ts';

export interface Change {
  readonly field: string;
  readonly from: string;
  readonly to: string;
}
export interface Twin {
  readonly run: TrainingRun;
  readonly changes: readonly Change[];
}

/** Optimizers that are computed; any other is taken for AdamW. */
export const COMPUTED_OPTIMIZERS: ReadonlySet<string> = new Set(['adam', 'adamw', 'sgd', 'rmsprop']);

/** Each field that is forced: what a run says, and what the twin does about it. */
const FIELDS: readonly (readonly [field: string, read: (run: TrainingRun) => unknown])[] = [
  ['weights.dtype', (r) => r.weights.dtype],
  ['weights.quantization', (r) => r.weights.quantization],
  ['autocast', (r) => r.autocast],
  ['attention', (r) => r.attention],
  ['mask', (r) => r.mask],
  ['framework.kernels', (r) => r.framework.kernels.join(', ') || 'none'],
  ['loss.kind', (r) => r.loss.kind],
  ['checkpointing.offload', (r) => r.checkpointing.offload],
  ['optimizer.name', (r) => r.optimizer.name],
  ['optimizer.bits', (r) => r.optimizer.bits],
  ['optimizer.library', (r) => r.optimizer.library],
  ['batch.accumulation', (r) => r.batch.accumulation],
  ['parallel.strategy', (r) => r.parallel.strategy],
  ['parallel.gpus', (r) => r.parallel.gpus],
];

export function twinOf(run: TrainingRun): Twin {
  const twin = changed(run);
  const changes = FIELDS.flatMap(([field, read]) => {
    const [from, to] = [String(read(run)), String(read(twin))];
    return from === to ? [] : [{ field, from, to }];
  });
  return { run: twin, changes };
}

function changed(run: TrainingRun): TrainingRun {
  const { optimizer } = run;
  const computed = COMPUTED_OPTIMIZERS.has(optimizer.name);
  return {
    ...run,
    framework: { name: 'transformers', kernels: [], compile: false },
    weights: { dtype: 'fp32', quantization: 'none', kbitUpcast: 'none', master: 'none', linear: 'none' },
    method: { ...run.method, adapterDtype: 'fp32' },
    autocast: 'none',
    // Flash attention knows 16 bits only; the memory-efficient kernel saves the same tensors in fp32.
    attention: run.attention === 'eager' ? 'eager' : 'mem-efficient',
    mask: 'none',
    loss: { kind: 'full', upcast: true, held: 'none', scope: 'loss' },
    checkpointing: { ...run.checkpointing, reentrant: false, offload: false },
    optimizer: {
      name: computed ? optimizer.name : 'adamw',
      implementation: optimizer.implementation === 'cpu' ? 'loop' : optimizer.implementation,
      library: 'torch',
      bits: 32,
      paged: false,
      momentum: optimizer.momentum,
      inBackward: false,
    },
    batch: { micro: run.batch.micro, accumulation: 1, sequence: run.batch.sequence, packed: run.batch.packed },
    clip: false,
    parallel: {
      gpus: 1,
      strategy: 'none',
      tensor: 1,
      pipeline: 1,
      context: 1,
      expert: 1,
      sequenceParallel: false,
      offload: 'none',
      settings: {},
    },
    allocator: { expandableSegments: false },
    versions: {},
  };
}

/** Programs that exist with numbers, and the traits each of them follows. */
const COMPUTED: Readonly<
  Partial<Record<ProgramName, Readonly<Partial<Record<keyof BlockTraits, readonly unknown[]>>>>>
> = {
  llama: { activation: ['silu'], norm: ['rms'], rotary: ['whole'] },
};
export const COMPUTED_PROGRAMS = Object.keys(COMPUTED);

export interface NotComputed {
  readonly field: string;
  readonly value: string;
}

/** The first feature that has no program with numbers, or null. */
export function notComputed(run: TrainingRun, shape: ModelShape): NotComputed | null {
  const traits = shape.program && COMPUTED[shape.program];
  if (!traits) return { field: 'model.family', value: shape.family };
  const strange = Object.entries(shape.traits ?? {}).find(
    ([name, value]) => value !== false && !traits[name as keyof BlockTraits]?.includes(value),
  );
  if (strange) return { field: `model.${strange[0]}`, value: JSON.stringify(strange[1]) };
  if (run.stage !== 'sft' && run.stage !== 'pretrain') return { field: 'stage', value: run.stage };
  const odd = shape.kinds.find(isOdd);
  if (odd) return { field: 'model.layers', value: odd.experts ? 'experts' : 'attention' };
  if (run.method.kind !== 'full' && run.method.kind !== 'lora' && run.method.kind !== 'freeze')
    return { field: 'method.kind', value: run.method.kind };
  if (run.method.dora) return { field: 'method.dora', value: 'true' };
  if (run.method.modulesToSave.length > 0)
    return { field: 'method.modulesToSave', value: run.method.modulesToSave.join(', ') };
  return null;
}

const isOdd = ({ experts, attention, weights }: LayerShape): boolean =>
  experts !== undefined ||
  attention === undefined ||
  attention.latent !== undefined ||
  attention.unrotated === true ||
  weights.some((w) => (w.kind !== 'linear' && w.kind !== 'norm') || w.count !== undefined);
