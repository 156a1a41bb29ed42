// What the trained model is compared with: a frozen copy of it, or itself without its adapters.

import type { Layer, Linear, Model } from '../blocks/model.ts';
import type { Engine } from '../engine/engine.ts';
import { load } from '../load.ts';
import type { Plan } from '../plan.ts';

/** Called when the trained model is loaded. Null where no pass of a reference runs during training. */
export function referenceOf(e: Engine, model: Model): Model | null {
  const { plan } = model;
  if (plan.stage?.reference === 'adapter-off') return withoutAdapters(model);
  return plan.stage?.reference === 'model' ? load(e, referencePlan(plan)) : null;
}

/** It runs as it was loaded, without a graph: nothing is recomputed, and no input has to require a gradient. */
function referencePlan(plan: Plan): Plan {
  const trainable = plan.stage?.referenceRequiresGrad ?? false;
  const weights = plan.stage?.castsReference && plan.weights === 'fp32' ? (plan.autocast ?? 'fp32') : plan.weights;
  return {
    ...plan,
    layers: plan.layers.map((layer) => ({ ...layer, trainable, checkpointed: false })),
    trainsEnds: trainable,
    weights,
    trainable: weights,
    lora: null,
    modulesToSave: new Set(),
    checkpointing: 'none',
    inputRequiresGrad: false,
  };
}

/** PEFT's disable_adapter: base layers alone, and the modules that were copied instead of their copies. */
function withoutAdapters(model: Model): Model {
  const bare = (linear: Linear): Linear => ({ ...linear, lora: null });
  const layers = model.layers.map(
    (layer): Layer => ({
      ...layer,
      linears: Object.fromEntries(Object.entries(layer.linears).map(([name, linear]) => [name, bare(linear)])),
    }),
  );
  return withoutGraph({ ...model, ...model.base, layers });
}

/** The same model as it runs under no_grad: nothing is kept to be recomputed. */
export function withoutGraph(model: Model): Model {
  const plan: Plan = { ...model.plan, checkpointing: 'none', inputRequiresGrad: false };
  const layers = model.layers.map((layer): Layer => ({ ...layer, plan: { ...layer.plan, checkpointed: false } }));
  return { ...model, plan, layers };
}
