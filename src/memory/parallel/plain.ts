// One GPU, or the inside of a wrapper that leaves the optimizer alone.

import type { Model } from '../blocks/model.ts';
import type { Engine } from '../engine/engine.ts';
import { label } from '../engine/sink.ts';
import type { Parameter } from '../engine/tensor.ts';
import { badamStep, copiesOf } from '../optimizers/badam.ts';
import { optimizerStep } from '../optimizers/optimizer.ts';
import type { States } from '../optimizers/states.ts';
import { forget, type Wrapper } from './wrapper.ts';

const NORMS = label('gradient norms', 'temporaries');

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
