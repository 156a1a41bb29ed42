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

/** One all-gather: the common buffer lives until every weight of it has been waited for. */
interface Gather {
  readonly parameters: readonly Parameter[];
  readonly flat: Tensor | null;
  waited: boolean;
  pending: number;
}
interface Use {
  readonly parameter: Parameter;
  readonly step: number;
}

export class GatherCoordinator implements ModuleHooks {
  readonly replacesLinear = true;
  private readonly inFlight = new Map<Parameter, Gather>();
  private readonly available = new Set<Parameter>();
  /** ds_active_sub_modules, of which a weight has one at a time: a module that is entered twice counts once. */
  private readonly active = new Set<Parameter>();
  private readonly rank = new Map<Parameter, number>();
  private modules: (readonly Parameter[])[] = [];
  private uses: readonly Use[] = [];
  private complete = false;
  private queue = 0;
  private step = 0;
  private live = 0;
  private fetchedFor = new Map<Parameter, number>();
  private inBackward = new Set<readonly Parameter[]>();
  private readonly e: Engine;
  private readonly plan: GatherPlan;

  constructor(e: Engine, plan: GatherPlan, parameters: readonly Parameter[]) {
    this.e = e;
    this.plan = plan;
    parameters.forEach((p, i) => {
      this.rank.set(p, i);
    });
  }

  /** reset_step: a forward begins. */
  reset(): void {
    this.forgetInFlight();
    if (!this.complete && this.modules.length > 0) {
      this.uses = this.modules.flatMap((own, step) => this.sorted(own).map((parameter) => ({ parameter, step })));
      this.complete = true;
    }
    this.queue = 0;
    this.step = 0;
    this.live = 0;
    this.fetchedFor = new Map();
  }

  private forgetInFlight(): void {
    for (const [p, gather] of [...this.inFlight]) {
      this.wait(p, gather);
      this.free(p);
    }
  }

  enterForward({ own }: HookedModule): void {
    this.fetch(own);
  }
  leaveForward({ own }: HookedModule): void {
    this.release(own);
  }
  enterBackward({ own }: HookedModule): void {
    this.inBackward.add(own);
    this.fetch(own);
  }
  leaveBackward({ own }: HookedModule): void {
    this.inBackward.delete(own);
    this.release(own);
  }

  /** release_backward_leftovers: modules whose input needs no gradient never see the end of their backward. */
  endBackward(): void {
    for (const own of this.inBackward) {
      for (const p of own) {
        this.active.delete(p);
        if (!this.persists(p)) this.free(p);
      }
    }
    this.inBackward = new Set();
  }

  /** _partition_all_parameters, and after the optimizer step the gathering of small ones, which stay. */
  releaseAll(): void {
    this.forgetInFlight();
    this.active.clear();
    for (const p of [...this.available]) this.free(p);
  }
  gatherPersistent(): void {
    for (const p of this.rank.keys()) {
      if (!this.persists(p)) continue;
      this.gather([p]);
      const gather = this.inFlight.get(p);
      if (gather) this.wait(p, gather);
    }
  }

  private persists(p: Parameter): boolean {
    return elementsOf(p) <= this.plan.persistence;
  }

  private fetch(own: readonly Parameter[]): void {
    if (!this.complete) this.modules.push(own);
    this.gather(own);
    for (const p of own) {
      this.active.add(p);
      const gather = this.inFlight.get(p);
      if (gather) this.wait(p, gather);
    }
    if (this.complete) this.prefetch(own);
    this.step++;
  }

  /** all_gather_coalesced: one weight goes where it is used; several go to a common buffer and are copied when waited for. */
  private gather(wanted: readonly Parameter[]): void {
    const { e, plan } = this;
    const parameters = this.sorted(wanted.filter((p) => !this.available.has(p) && !this.inFlight.has(p)));
    if (parameters.length === 0) return;
    this.live += parameters.reduce((n, p) => n + elementsOf(p), 0);
    const padded = (p: Parameter): number => Math.ceil(elementsOf(p) / plan.world) * plan.world;
    const [only] = parameters;
    let flat: Tensor | null = null;
    if (plan.world > 1 && parameters.length > 1)
      flat = e.make(
        parameters.reduce((n, p) => n + padded(p), 0),
        plan.dtype,
        GATHERED_TOGETHER,
      );
    else if (plan.world > 1 && only) this.hold(only, e.make(padded(only), plan.dtype, GATHERED));
    const gather: Gather = { parameters, flat, waited: false, pending: parameters.length };
    for (const p of parameters) this.inFlight.set(p, gather);
  }

  private wait(p: Parameter, gather: Gather): void {
    const { e, plan } = this;
    if (!gather.waited) {
      gather.waited = true;
      for (const q of gather.parameters) {
        if (gather.flat) this.hold(q, e.make(elementsOf(q), plan.dtype, GATHERED));
        this.available.add(q);
      }
    }
    this.inFlight.delete(p);
    if (--gather.pending === 0) e.release(gather.flat);
  }

  /** `param.data = …` */
  private hold(p: Parameter, data: Tensor): void {
    data.node = p.tensor.node;
    this.e.release(p.tensor);
    p.tensor = data;
  }

  /** What the next modules need, until enough is under way or too much is live. */
  private prefetch(own: readonly Parameter[]): void {
    const { plan, uses } = this;
    let skip = own.filter((p) => (this.fetchedFor.get(p) ?? -1) < this.step).length;
    for (; skip > 0 && this.queue < uses.length; skip--) this.next();
    const room = Math.min(plan.maxLive - this.live, plan.prefetch);
    const wanted = new Set<Parameter>();
    let elements = 0;
    while (this.queue < uses.length && elements < room) {
      const p = this.next();
      if (!p || this.available.has(p) || this.inFlight.has(p) || wanted.has(p)) continue;
      wanted.add(p);
      elements += elementsOf(p);
    }
    this.gather([...wanted]);
  }

  private next(): Parameter | null {
    const use = this.uses[this.queue++];
    if (!use) return null;
    this.fetchedFor.set(use.parameter, Math.max(this.fetchedFor.get(use.parameter) ?? -1, use.step));
    return use.parameter;
  }

  private release(own: readonly Parameter[]): void {
    const going = this.complete ? this.notNeededSoon(own) : own;
    for (const p of own) this.active.delete(p);
    for (const p of going) this.free(p);
  }

  /** __params_to_release. */
  private notNeededSoon(own: readonly Parameter[]): readonly Parameter[] {
    const going = new Set(own.filter((p) => !this.persists(p) && (this.fetchedFor.get(p) ?? -1) <= this.step));
    let distance = 0;
    for (let i = this.step; i < this.modules.length && going.size > 0; i++) {
      if (distance >= this.plan.maxReuse) break;
      for (const p of this.modules[i] ?? []) {
        going.delete(p);
        distance += elementsOf(p);
      }
    }
    return [...going];
  }

  private free(p: Parameter): void {
    if (!this.available.has(p) || this.inFlight.has(p) || this.active.has(p)) return;
    this.available.delete(p);
    this.live -= elementsOf(p);
    this.hold(p, this.e.hollow(elementsOf(p), this.plan.dtype));
  }

  private sorted(parameters: readonly Parameter[]): Parameter[] {
    return [...parameters].sort((a, b) => (this.rank.get(a) ?? 0) - (this.rank.get(b) ?? 0));
  }
}
