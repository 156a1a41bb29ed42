// ZeRO-3's coordinator of gathered weights (deepspeed/runtime/zero/partitioned_param_coordinator.py, 0.19.8): the first pass
// records the order of modules; from the second on weights are fetched ahead, and kept while they are needed again soon.

import type { Engine } from '../engine/engine.ts';
import type { HookedModule, ModuleHooks } from '../engine/module.ts';
import { label } from '../engine/sink.ts';
import { elementsOf, type Parameter, type Tensor } from '../engine/tensor.ts';
import type { Dtype } from '../run.ts';

const GATHERED = label('gathered weight', 'weights');
const GATHERED_TOGETHER = label('gather buffer of several weights', 'weights');

export interface GatherPlan {
  readonly world: number;
  readonly dtype: Dtype;
  readonly prefetch: number;
  readonly maxLive: number;
  readonly maxReuse: number;
  readonly persistence: number;
}

/** A parameter, and where its whole tensor is. */
interface Weight {
  readonly parameter: Parameter;
  readonly elements: number;
  /** Among all parameters, in their order. */
  readonly rank: number;
  readonly persists: boolean;
  /** The all-gather that was started and not yet waited for. */
  inFlight: Gather | null;
  available: boolean;
  /** ds_active_sub_modules, of which a weight has one at a time: a module that is entered twice counts once. */
  active: boolean;
  /** The step for which it was fetched last. */
  fetchedFor: number;
  /** The steps that use it, in the order of the first pass. */
  readonly steps: number[];
}

/** One all-gather: the common buffer lives until every weight of it has been waited for. */
interface Gather {
  readonly weights: readonly Weight[];
  readonly flat: Tensor | null;
  waited: boolean;
  pending: number;
}
interface Use {
  readonly weight: Weight;
  readonly step: number;
}

export class GatherCoordinator implements ModuleHooks {
  readonly replacesLinear = true;
  private readonly weights: readonly Weight[];
  private readonly weightOf: ReadonlyMap<Parameter, Weight>;
  private readonly inFlight = new Set<Weight>();
  /** What each step uses, as the first pass has recorded it. */
  private readonly trace: (readonly Weight[])[] = [];
  /** Elements that all steps before this one use. */
  private readonly usedBefore: number[] = [0];
  private uses: readonly Use[] = [];
  private complete = false;
  private queue = 0;
  private step = 0;
  private live = 0;
  private inBackward = new Set<readonly Parameter[]>();
  private readonly e: Engine;
  private readonly plan: GatherPlan;

  constructor(e: Engine, plan: GatherPlan, parameters: readonly Parameter[]) {
    this.e = e;
    this.plan = plan;
    this.weights = parameters.map((parameter, rank) => {
      const elements = elementsOf(parameter);
      const persists = elements <= plan.persistence;
      const nowhere = { inFlight: null, available: false, active: false, fetchedFor: -1, steps: [] };
      return { parameter, elements, rank, persists, ...nowhere };
    });
    this.weightOf = new Map(this.weights.map((w) => [w.parameter, w]));
  }

  /** reset_step: a forward begins. */
  reset(): void {
    this.forgetInFlight();
    if (!this.complete && this.trace.length > 0) {
      this.uses = this.trace.flatMap((own, step) => inOrder(own).map((weight) => ({ weight, step })));
      this.complete = true;
    }
    this.queue = 0;
    this.step = 0;
    this.live = 0;
    for (const w of this.weights) w.fetchedFor = -1;
  }

  private forgetInFlight(): void {
    for (const w of [...this.inFlight]) {
      this.wait(w);
      this.free(w);
    }
  }

  enterForward({ own }: HookedModule): void {
    this.fetch(this.weightsOf(own));
  }
  leaveForward({ own }: HookedModule): void {
    this.release(this.weightsOf(own));
  }
  enterBackward({ own }: HookedModule): void {
    this.inBackward.add(own);
    this.fetch(this.weightsOf(own));
  }
  leaveBackward({ own }: HookedModule): void {
    this.inBackward.delete(own);
    this.release(this.weightsOf(own));
  }

  private weightsOf(own: readonly Parameter[]): readonly Weight[] {
    const weights: Weight[] = [];
    for (const p of own) {
      const w = this.weightOf.get(p);
      if (w) weights.push(w);
    }
    return weights;
  }

  /** release_backward_leftovers: modules whose input needs no gradient never see the end of their backward. */
  endBackward(): void {
    for (const own of this.inBackward) {
      for (const w of this.weightsOf(own)) {
        w.active = false;
        if (!w.persists) this.free(w);
      }
    }
    this.inBackward = new Set();
  }

  /** _partition_all_parameters, and after the optimizer step the gathering of small ones, which stay. */
  releaseAll(): void {
    this.forgetInFlight();
    for (const w of this.weights) {
      w.active = false;
      this.free(w);
    }
  }
  gatherPersistent(): void {
    for (const w of this.weights) {
      if (!w.persists) continue;
      this.gather([w]);
      this.wait(w);
    }
  }

  private fetch(own: readonly Weight[]): void {
    if (!this.complete) this.record(own);
    this.gather(own);
    for (const w of own) {
      w.active = true;
      this.wait(w);
    }
    if (this.complete) this.prefetch(own);
    this.step++;
  }

  private record(own: readonly Weight[]): void {
    const step = this.trace.push(own) - 1;
    for (const w of own) w.steps.push(step);
    this.usedBefore.push((this.usedBefore[step] ?? 0) + elementsIn(own));
  }

  /** all_gather_coalesced: one weight goes where it is used; several go to a common buffer and are copied when waited for. */
  private gather(wanted: readonly Weight[]): void {
    const { e, plan } = this;
    const weights = inOrder(wanted.filter((w) => !w.available && !w.inFlight));
    const [only] = weights;
    if (!only) return;
    this.live += elementsIn(weights);
    const padded = (w: Weight): number => Math.ceil(w.elements / plan.world) * plan.world;
    let flat: Tensor | null = null;
    if (plan.world > 1 && weights.length > 1)
      flat = e.make(
        weights.reduce((n, w) => n + padded(w), 0),
        plan.dtype,
        GATHERED_TOGETHER,
      );
    else if (plan.world > 1) this.hold(only.parameter, e.make(padded(only), plan.dtype, GATHERED));
    const gather: Gather = { weights, flat, waited: false, pending: weights.length };
    for (const w of weights) {
      w.inFlight = gather;
      this.inFlight.add(w);
    }
  }

  private wait(w: Weight): void {
    const { e, plan } = this;
    const gather = w.inFlight;
    if (!gather) return;
    if (!gather.waited) {
      gather.waited = true;
      for (const { parameter, elements } of gather.flat ? gather.weights : [])
        this.hold(parameter, e.make(elements, plan.dtype, GATHERED));
      for (const q of gather.weights) q.available = true;
    }
    w.inFlight = null;
    this.inFlight.delete(w);
    if (--gather.pending === 0) e.release(gather.flat);
  }

  /** `param.data = …` */
  private hold(p: Parameter, data: Tensor): void {
    data.node = p.tensor.node;
    this.e.release(p.tensor);
    p.tensor = data;
  }

  /** What the next modules need, until enough is under way or too much is live. */
  private prefetch(own: readonly Weight[]): void {
    const { plan, uses } = this;
    for (const _ of own.filter((w) => w.fetchedFor < this.step)) this.next();
    const room = Math.min(plan.maxLive - this.live, plan.prefetch);
    if (this.queue >= uses.length || room <= 0) return;
    const wanted = new Set<Weight>();
    let elements = 0;
    while (this.queue < uses.length && elements < room) {
      const w = this.next();
      if (!w || w.available || w.inFlight || wanted.has(w)) continue;
      wanted.add(w);
      elements += w.elements;
    }
    this.gather([...wanted]);
  }

  private next(): Weight | null {
    const use = this.uses[this.queue];
    if (!use) return null;
    this.queue++;
    use.weight.fetchedFor = Math.max(use.weight.fetchedFor, use.step);
    return use.weight;
  }

  private release(own: readonly Weight[]): void {
    for (const w of own) w.active = false;
    for (const w of own) if (!this.complete || !this.isNeededSoon(w)) this.free(w);
  }

  /** __params_to_release: persistent weights stay, and what was fetched for later, or is used again within the distance. */
  private isNeededSoon(w: Weight): boolean {
    if (w.persists || w.fetchedFor > this.step) return true;
    const next = w.steps.find((step) => step >= this.step);
    const used = this.usedBefore;
    return next !== undefined && (used[next] ?? 0) - (used[this.step] ?? 0) < this.plan.maxReuse;
  }

  private free(w: Weight): void {
    if (!w.available || w.inFlight || w.active) return;
    w.available = false;
    this.live -= w.elements;
    this.hold(w.parameter, this.e.hollow(w.elements, this.plan.dtype));
  }
}

const elementsIn = (weights: readonly Weight[]): number => weights.reduce((n, w) => n + w.elements, 0);
const inOrder = (weights: readonly Weight[]): readonly Weight[] =>
  weights.length > 1 ? [...weights].sort((a, b) => a.rank - b.rank) : weights;
