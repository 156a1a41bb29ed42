// What every optimizer's step works with: its kept states, and the Python locals of its loop.

import type { Engine } from '../engine/engine.ts';
import { type Label, label } from '../engine/sink.ts';
import type { Parameter, Tensor } from '../engine/tensor.ts';
import type { Plan } from '../plan.ts';

export type States = Map<Parameter, readonly Tensor[]>;

export interface Step {
  readonly e: Engine;
  readonly plan: Plan;
  /** Those that have a gradient, in the order of `model.parameters()`. */
  readonly parameters: readonly Parameter[];
  readonly states: States;
}

export const STEP_COUNTER = label('step counter', 'optimizer');
export const FIRST = label('exp_avg', 'optimizer');
export const SECOND = label('exp_avg_sq', 'optimizer');
export const MOMENTUM = label('momentum', 'optimizer');
export const ROOTS = label('square roots of a step', 'temporaries');
export const UPDATE = label('update of one parameter', 'temporaries');

export function initialise(states: States, p: Parameter, make: () => readonly Tensor[]): void {
  if (!states.has(p)) states.set(p, make());
}

/** Locals of a Python loop: each lives until it is rebound or the function returns. */
export class Locals {
  private readonly bound = new Map<string, Tensor | null>();
  private readonly e: Engine;

  constructor(e: Engine) {
    this.e = e;
  }

  /** `name = t`: the new value exists before the old one dies. */
  bind(name: string, t: Tensor | null): void {
    this.e.release(this.bound.get(name));
    this.bound.set(name, t);
  }

  make(name: string, elements: number, dtype: Tensor['dtype'], what: Label = UPDATE): Tensor {
    const t = this.e.make(elements, dtype, what);
    this.bind(name, t);
    return t;
  }

  /** The function returns. */
  close(): void {
    for (const t of this.bound.values()) this.e.release(t);
    this.bound.clear();
  }
}
