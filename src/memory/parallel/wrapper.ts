// What stands between a training loop and its model: nothing on one GPU, a data-parallel wrapper on several.
// A wrapper takes over the hooks of the schedule; blocks and operations do not know that it exists.

import type { Model } from '../blocks/model.ts';
import type { Engine } from '../engine/engine.ts';
import { label } from '../engine/sink.ts';
import { elementsOf, type Parameter } from '../engine/tensor.ts';
import { badamStep, copiesOf } from '../optimizers/badam.ts';
import { optimizerStep } from '../optimizers/optimizer.ts';
import type { States } from '../optimizers/states.ts';
import type { Dtype } from '../run.ts';
import { DistributedDataParallel } from './ddp.ts';
import { FullyShard } from './fsdp2.ts';
import { ZeroOptimizer } from './zero.ts';
import { Zero3Optimizer } from './zero3.ts';

export interface Wrapper {
  /** A micro-batch begins; `last`: its backward ends the accumulation. */
  beforeForward(last: boolean): void;
  /** The model has returned its loss. */
  beforeBackward(): void;
  afterBackward(): void;
  /** Clips, steps and forgets the gradients. */
  update(): void;
}

const NORMS = label('gradient norms', 'temporaries');

/** Takes a loaded model over. */
export function wrap(e: Engine, model: Model): Wrapper {
  const { parallel } = model.plan;
  if (parallel?.kind === 'fsdp2') return new FullyShard(e, model, parallel);
  if (parallel?.kind === 'zero3') return new Zero3Optimizer(e, model, parallel);
  if (parallel?.kind === 'zero') return new ZeroOptimizer(e, model, parallel);
  const trained = model.parameters.filter((p) => p.trainable);
  const plain = new Plain(e, model, trained);
  return parallel?.kind === 'ddp' ? new DistributedDataParallel(e, parallel, trained, plain) : plain;
}

/** The loop's own optimizer over the model's own parameters. */
export class Plain implements Wrapper {
  private readonly states: States = new Map();
  private readonly e: Engine;
  private readonly model: Model;
  private readonly trained: readonly Parameter[];
  private readonly copies: readonly Parameter[] | null;

  constructor(e: Engine, model: Model, trained: readonly Parameter[]) {
    this.e = e;
    this.model = model;
    this.trained = trained;
    this.copies = model.plan.copiesTrained ? copiesOf(e, trained) : null;
    if (!model.plan.optimizer.inBackward) return;
    const mine = new Set(trained);
    e.onGradient = (p) => mine.has(p) && this.updateOne(p);
  }

  beforeForward(): void {}
  beforeBackward(): void {}
  afterBackward(): void {}

  private updateOne(p: Parameter): void {
    const { e, model, states } = this;
    optimizerStep({ e, plan: model.plan, parameters: [p], states });
    forget(e, p);
  }

  update(): void {
    const { e, trained, states } = this;
    const { plan } = this.model;
    if (plan.clip) for (const t of trained.map(() => e.make(1, plan.weights, NORMS))) e.release(t);
    const step = { e, plan, parameters: trained.filter((p) => p.grad), states };
    if (this.copies) badamStep(step, this.copies);
    else optimizerStep(step);
    for (const p of trained) forget(e, p);
  }
}

/** `p.grad = None`. */
export function forget(e: Engine, p: Parameter): void {
  e.release(p.grad);
  p.grad = null;
}

/** What an optimizer is given: one group, or the Trainer's two, what decays and biases with norms. */
export function decayGroups(model: Model, splits: boolean): Parameter[][] {
  const trained = model.parameters.filter((p) => p.trainable);
  if (!splits) return [trained];
  const decays = (p: Parameter): boolean => p.rows > 1;
  return [trained.filter(decays), trained.filter((p) => !decays(p))].filter((g) => g.length > 0);
}

/** Models that will lie in parts are built in parts, or without memory: the whole weights never stood on this card. */
export function hollowOut(e: Engine, parameters: readonly Parameter[], dtype: Dtype): void {
  for (const p of parameters) {
    const hollow = e.hollow(elementsOf(p), dtype);
    hollow.node = p.tensor.node;
    e.release(p.tensor);
    p.tensor = hollow;
  }
  e.sink.emptyCache();
  e.sink.forgetPeaks();
}
