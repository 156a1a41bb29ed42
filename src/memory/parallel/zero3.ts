// ZeRO stage 3 as DeepSpeed's engine runs it (deepspeed/runtime/zero/stage3.py, 0.19.8): weights, gradients, masters and states
// lie in parts; weights are gathered around each module.

import type { Model } from '../blocks/model.ts';
import type { Engine } from '../engine/engine.ts';
import { makeParameter } from '../engine/leaf.ts';
import { label, PLACE } from '../engine/sink.ts';
import { elementsOf, type Parameter, type Tensor } from '../engine/tensor.ts';
import { optimizerStep } from '../optimizers/optimizer.ts';
import type { States } from '../optimizers/states.ts';
import { GatherCoordinator } from './gather.ts';
import type { Zero3Plan } from './settings.ts';
import { decayGroups, forget, hollowOut, type Wrapper } from './wrapper.ts';

const PART = label('partitioned weights', 'weights');
const MASTER = label('fp32 master weights', 'optimizer');
const BUCKET = label('reduce bucket', 'gradients');
const BUCKET_COPY = label('interleaved copy of a reduce bucket', 'gradients');
const PARTITION = label('gradients of the partition', 'gradients');
const FLAT_GRADIENT = label('flattened gradients of a sub-group', 'gradients');
const MASTER_GRADIENT = label('fp32 gradients of a sub-group', 'gradients');
const NORM = label('gradient in fp64 for its norm', 'temporaries');
const OFFLOADED = label('gradient on its way to the host', 'gradients');
/** _constant_buffered_norm2 takes so many elements at once. */
const NORM_BUFFER = 250_000_000;

interface SubGroup {
  readonly parameters: readonly Parameter[];
  readonly master: Parameter | null;
}

export class Zero3Optimizer implements Wrapper {
  private readonly coordinator: GatherCoordinator;
  private readonly groups: readonly SubGroup[];
  private readonly trained: ReadonlySet<Parameter>;
  private readonly states: States = new Map();
  private readonly bucket: Tensor | null;
  private waiting: Parameter[] = [];
  private filled = 0;
  private last = true;
  private readonly e: Engine;
  private readonly model: Model;
  private readonly plan: Zero3Plan;

  constructor(e: Engine, model: Model, plan: Zero3Plan) {
    this.e = e;
    this.model = model;
    this.plan = plan;
    e.enter(PLACE.model);
    const groups = decayGroups(model, plan.splitsDecay).flatMap((ps) => this.subGroups(ps));
    this.trained = new Set(groups.flat());
    this.partition();
    this.groups = groups.map((parameters) => this.makeMaster(parameters));
    this.bucket = plan.contiguous ? e.make(plan.reduceBucket, plan.dtype, BUCKET) : null;
    if (!plan.offloadsOptimizer) e.make(this.partsOf([...this.trained]), plan.dtype, PARTITION);
    this.coordinator = new GatherCoordinator(e, plan, model.parameters);
    e.modules = this.coordinator;
    e.onGradient = (p) => this.trained.has(p) && this.addToBucket(p);
  }

  private partOf(p: Parameter): number {
    return Math.ceil(elementsOf(p) / this.plan.world);
  }
  private partsOf(parameters: readonly Parameter[]): number {
    return parameters.reduce((n, p) => n + this.partOf(p), 0);
  }

  /** _create_fp16_sub_groups. */
  private subGroups(parameters: readonly Parameter[]): Parameter[][] {
    const groups: Parameter[][] = [[]];
    let size = 0;
    for (const p of parameters) {
      if (size >= this.plan.subGroup) {
        groups.push([]);
        size = 0;
      }
      groups.at(-1)?.push(p);
      size += this.partOf(p);
    }
    return groups;
  }

  /** Frozen weights keep a part each; the trained ones' parts are moved together. Offloaded, only small ones stay. */
  private partition(): void {
    const { e, plan } = this;
    hollowOut(e, this.model.parameters, plan.dtype);
    for (const p of this.model.parameters) {
      const stays = !plan.offloadsParameters || elementsOf(p) <= plan.persistence;
      if (stays && (plan.offloadsParameters || !this.trained.has(p))) e.make(this.partOf(p), plan.dtype, PART);
    }
    if (!plan.offloadsParameters) e.make(this.partsOf([...this.trained]), plan.dtype, PART);
  }

  private makeMaster(parameters: readonly Parameter[]): SubGroup {
    const { e, plan } = this;
    if (plan.offloadsOptimizer) return { parameters, master: null };
    const cols = this.partsOf(parameters);
    e.scratch(cols * 4, MASTER);
    return { parameters, master: makeParameter(e, 'fp32', MASTER, { rows: 1, cols, trainable: true }) };
  }

  beforeForward(last: boolean): void {
    this.last = last;
    this.coordinator.reset();
  }

  /** reduce_independent_p_g_buckets_and_remove_grads. */
  private addToBucket(p: Parameter): void {
    const { e, plan, bucket } = this;
    const elements = elementsOf(p);
    if (this.filled + elements > plan.reduceBucket && this.filled > 0) this.reduce();
    if (bucket && this.filled + elements <= plan.reduceBucket) {
      e.release(p.grad);
      p.grad = e.view(bucket);
    }
    this.waiting.push(p);
    this.filled += elements;
  }

  /** reduce_scatter_coalesced: parts are interleaved in a copy, but for one gradient that divides evenly. */
  private reduce(): void {
    const { e, plan, waiting } = this;
    const [only] = waiting;
    const inPlace = waiting.length === 1 && only && elementsOf(only) % plan.world === 0;
    const copy = inPlace ? null : e.make(this.partsOf(waiting) * plan.world, plan.dtype, BUCKET_COPY);
    for (const p of waiting) {
      if (plan.offloadsOptimizer) this.copyToHost(p);
      forget(e, p);
    }
    e.release(copy);
    this.waiting = [];
    this.filled = 0;
  }

  private copyToHost(p: Parameter): void {
    const { e, plan } = this;
    const part = this.partOf(p);
    const onCard = e.make(part, plan.dtype, OFFLOADED);
    if (this.last) {
      e.scratch(Math.min(part, NORM_BUFFER) * 8, NORM);
      e.scratch(part * 4, OFFLOADED);
    }
    e.release(onCard);
  }

  beforeBackward(): void {}

  afterBackward(): void {
    if (this.waiting.length > 0) this.reduce();
    this.coordinator.endBackward();
  }

  /** step: norms, then each sub-group flattened, turned into fp32 and stepped over. */
  update(): void {
    const { e, plan, states } = this;
    this.coordinator.releaseAll();
    if (!plan.offloadsOptimizer) for (const p of this.trained) e.scratch(this.partOf(p) * 8, NORM);
    for (const { parameters, master } of this.groups) {
      if (!master) continue;
      const elements = elementsOf(master);
      const flat = parameters.length > 1 ? e.make(elements, plan.dtype, FLAT_GRADIENT) : null;
      master.grad = e.make(elements, 'fp32', MASTER_GRADIENT);
      e.release(flat);
      optimizerStep({ e, plan: this.model.plan, parameters: [master], states });
      forget(e, master);
    }
    this.coordinator.gatherPersistent();
  }
}
