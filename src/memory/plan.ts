// The plan of a replay: everything about a run that is decided before the first allocation.

import { fail, ok, type Result } from '../base/result.ts';
import { type Card, cardOf } from './card.ts';
import type { Gpu } from './gpu.ts';
import type { Attention, Dtype, Mask, TrainingRun } from './run.ts';
import type { LayerShape, ModelShape } from './shape.ts';
import { type Refusal, refusalOf } from './unsupported.ts';
import { isBefore } from './versions.ts';

export interface LayerPlan {
  readonly shape: LayerShape;
  readonly trainable: boolean;
  readonly checkpointed: boolean;
}

export interface LoraPlan {
  readonly rank: number;
  readonly dropout: boolean;
  readonly dtype: Dtype;
  /** Last part of a linear's name: `q_proj`. */
  readonly targets: ReadonlySet<string>;
}

/** `current`: loss inside the model. `shifted`: current code that still copies shifted logits. `outside`: before 4.46. */
export type LossForm = 'current' | 'shifted' | 'outside' | 'raw' | 'liger';

export interface Plan {
  readonly program: 'llama' | 'minimind';
  readonly model: ModelShape;
  readonly layers: readonly LayerPlan[];
  readonly card: Card;
  readonly batch: number;
  readonly tokens: number;
  readonly accumulation: number;
  readonly weights: Dtype;
  /** The type trainable parameters are turned into after loading. */
  readonly trainable: Dtype;
  readonly autocast: 'bf16' | 'fp16' | null;
  /** Parameters outside the layers are trained. */
  readonly trainsEnds: boolean;
  readonly lora: LoraPlan | null;
  readonly modulesToSave: ReadonlySet<string>;
  readonly packed: { readonly double: boolean; readonly upcast: 'none' | 'norms' | 'all' } | null;
  readonly compute: Dtype;
  readonly attention: Exclude<Attention, 'flex'>;
  readonly mask: Mask;
  readonly groupsInSdpa: boolean;
  readonly memEfficientTakesGroups: boolean;
  readonly checkpointing: 'none' | 'full' | 'reentrant';
  /** The embedding's output becomes a leaf that requires a gradient. */
  readonly inputRequiresGrad: boolean;
  /** A checkpointed block makes its input require a gradient (LLaMA-Factory, model_utils/checkpointing.py). */
  readonly blockInputRequiresGrad: boolean;
  readonly loss: LossForm;
  readonly held: 'none' | 'outputs-through-backward' | 'logits-until-next-forward';
  readonly convertsOutput: boolean;
  readonly liger: { readonly norm: boolean; readonly mlp: boolean; readonly rope: boolean };
  /** from_pretrained with a device map takes the whole model's bytes once beforehand, so weights share one segment. */
  readonly warmsAllocator: boolean;
  readonly clip: boolean;
  readonly optimizer: TrainingRun['optimizer'];
}

export function planOf(run: TrainingRun, model: ModelShape, gpu: Gpu | null): Result<Plan, Refusal> {
  const refusal = refusalOf(run, model);
  if (refusal) return fail(refusal);
  const kernels = new Set(run.framework.kernels);
  const liger = kernels.has('liger');
  const lora = run.method.kind === 'lora';
  const layers = layerPlans(run, model);
  const frozenEnds = run.method.kind !== 'full';
  return ok({
    program: model.program === 'minimind' ? 'minimind' : 'llama',
    model,
    layers,
    card: cardOf(gpu, run.versions),
    batch: run.batch.micro,
    tokens: run.batch.sequence,
    accumulation: run.batch.accumulation,
    weights: run.weights.dtype,
    trainable: run.weights.trainableDtype ?? run.weights.dtype,
    autocast: run.autocast === 'none' ? null : run.autocast,
    trainsEnds: !frozenEnds,
    lora: lora ? loraPlan(run, model) : null,
    modulesToSave: new Set(run.method.modulesToSave),
    packed: packedPlan(run),
    compute: run.autocast !== 'none' ? run.autocast : run.weights.dtype === 'fp32' ? 'bf16' : run.weights.dtype,
    attention: run.attention === 'flex' ? 'sdpa' : run.attention,
    mask: run.mask,
    groupsInSdpa: !isBefore(run.versions, 'torch', '2.5') && !isBefore(run.versions, 'transformers', '4.48'),
    memEfficientTakesGroups: !isBefore(run.versions, 'torch', '2.7'),
    checkpointing: run.checkpointing.kind === 'none' ? 'none' : run.checkpointing.reentrant ? 'reentrant' : 'full',
    inputRequiresGrad: inputRequiresGrad(run),
    blockInputRequiresGrad: run.checkpointing.policy === 'trained-layers',
    loss: lossForm(run, liger),
    held: run.loss.held,
    convertsOutput: run.framework.wrapper === 'accelerate' && run.autocast !== 'none',
    liger: {
      norm: liger || kernels.has('fused-norm'),
      mlp: liger || kernels.has('fused-mlp'),
      rope: liger || kernels.has('fused-rope'),
    },
    warmsAllocator: run.framework.name === 'llama-factory',
    clip: run.clip,
    optimizer: run.optimizer,
  });
}

function layerPlans(run: TrainingRun, model: ModelShape): LayerPlan[] {
  const { kind, trainableLayers } = run.method;
  const count = model.layers.length;
  const isTrained = (i: number): boolean => {
    if (kind !== 'freeze') return kind === 'full';
    return trainableLayers >= 0 ? i >= count - trainableLayers : i < -trainableLayers;
  };
  // LLaMA-Factory checkpoints a layer only if something in it is trained.
  const onlyTrained = run.checkpointing.policy === 'trained-layers';
  return model.layers.flatMap((k, i) => {
    const shape = model.kinds[k];
    if (!shape) return [];
    const trainable = isTrained(i);
    const checkpointed = run.checkpointing.kind !== 'none' && (!onlyTrained || trainable || kind === 'lora');
    return [{ shape, trainable, checkpointed }];
  });
}

function loraPlan(run: TrainingRun, model: ModelShape): LoraPlan {
  const { rank, dropout, adapterDtype, targets } = run.method;
  const linears = new Set(
    model.kinds.flatMap((k) => k.weights.filter((w) => w.kind === 'linear').map((w) => lastPart(w.name))),
  );
  const chosen = targets === 'all-linear' ? linears : new Set(targets.map(lastPart).filter((t) => linears.has(t)));
  return { rank, dropout: dropout > 0, dtype: adapterDtype, targets: chosen };
}
export const lastPart = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

function packedPlan(run: TrainingRun): Plan['packed'] {
  const { quantization, kbitUpcast } = run.weights;
  if (quantization !== 'nf4' && quantization !== 'nf4-double' && quantization !== 'fp4') return null;
  return { double: quantization === 'nf4-double', upcast: kbitUpcast };
}

/**
 * enable_input_require_grads: transformers 5 calls it in gradient_checkpointing_enable, with adapters or not; before that
 * only adapters did. Where the embedding is trained it changes nothing.
 */
function inputRequiresGrad(run: TrainingRun): boolean {
  if (run.checkpointing.kind === 'none' || run.framework.name === 'minimind') return false;
  if (run.checkpointing.policy === 'trained-layers') return run.method.kind === 'lora';
  return run.method.kind === 'lora' || !isBefore(run.versions, 'transformers', '5');
}

function lossForm(run: TrainingRun, liger: boolean): LossForm {
  if (run.loss.kind === 'liger' || (liger && run.loss.kind === 'fused')) return 'liger';
  if (run.loss.form === 'transformers-before-4.46') return 'outside';
  if (run.loss.form === 'transformers-4.46-to-4.48') return 'shifted';
  return run.loss.upcast ? 'current' : 'raw';
}
