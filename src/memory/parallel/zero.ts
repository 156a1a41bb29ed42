// ZeRO stages 1 and 2 as DeepSpeed's engine runs them (deepspeed/runtime/zero/stage_1_and_2.py, 0.19.8; method names are its own).
// 16-bit weights lie in one flat buffer; each rank keeps fp32 masters and states of its partition; gradients pass through a
// reduce bucket.

import type { Model } from '../blocks/model.ts';
import type { Engine } from '../engine/engine.ts';
import { castParameter, makeParameter } from '../engine/leaf.ts';
import { label, PLACE } from '../engine/sink.ts';
import { elementsOf, type Parameter, type Tensor } from '../engine/tensor.ts';
import { optimizerStep } from '../optimizers/optimizer.ts';
import type { States } from '../optimizers/states.ts';
import { Partition } from './partition.ts';
import type { ZeroPlan } from './settings.ts';
import { decayGroups, forget, type Wrapper } from './wrapper.ts';

const FLAT = label('flat 16-bit weights', 'weights');
const MASTER = label('fp32 master weights', 'optimizer');
const BUCKET = label('reduce bucket', 'gradients');
const BUCKET_COPY = label('flattened copy of a reduce bucket', 'gradients');
const PARTITION = label('gradients of the partition', 'gradients');
const FLAT_GRADIENT = label('flattened gradients of the partition', 'gradients');
const MASTER_GRADIENT = label('fp32 gradients of the partition', 'gradients');
const NORM = label('gradient in fp64 for its norm', 'temporaries');
const OFFLOADED = label('gradient on its way to the host', 'gradients');
const OFFLOAD_BUFFER = label('buffer for offloaded gradients', 'gradients');

interface Group {
  readonly partition: Partition;
  readonly mine: ReadonlySet<Parameter>;
  readonly master: Parameter | null;
}

export class ZeroOptimizer implements Wrapper {
  private readonly groups: readonly Group[];
  private readonly groupOf = new Map<Parameter, Group>();
  private readonly states: States = new Map();
  private buffers: Tensor[] = [];
  /** Parameters whose gradients wait in the bucket. */
  private waiting: Parameter[] = [];
  private filled = 0;
  private gradients: Tensor | null = null;
  /** all_grad_tensors: gradients of the first micro-batch, to which later ones are added. */
  private kept: readonly Tensor[] = [];
  private last = true;
  private readonly e: Engine;
  private readonly model: Model;
  private readonly plan: ZeroPlan;
  /** The process that is replayed: the most loaded one. Partitions are equal, what falls into them is not. */
  private readonly rank: number;

  constructor(e: Engine, model: Model, plan: ZeroPlan) {
    this.e = e;
    this.model = model;
    this.plan = plan;
    for (const p of model.parameters) if (!p.packed) castParameter(e, p, plan.dtype); // module.bfloat16()
    e.enter(PLACE.model);
    const partitions = decayGroups(model, plan.splitsDecay).map((ps) => new Partition(ps, plan.world, plan.roundRobin));
    this.rank = mostLoaded(partitions, plan);
    this.groups = partitions.map((partition) => this.takeOver(partition));
    const trained = partitions.flatMap((p) => p.order);
    const largest = Math.max(0, ...trained.map(elementsOf));
    if (plan.offload) e.make(largest, plan.dtype, OFFLOAD_BUFFER);
    e.onGradient = (p) => this.groupOf.has(p) && this.processGradient(p);
  }

  /** Flattens a group and clones this rank's part in fp32. */
  private takeOver(partition: Partition): Group {
    const { e, plan, rank } = this;
    const flat = e.make(partition.total, plan.dtype, FLAT);
    for (const p of partition.order) {
      const view = e.keep(flat);
      view.node = p.tensor.node;
      e.release(p.tensor);
      p.tensor = { ...view, elements: elementsOf(p) };
    }
    e.release(flat);
    e.scratch(partition.size * 2, MASTER); // `.clone().to(fp32)`
    const master = plan.offload
      ? null
      : makeParameter(e, 'fp32', MASTER, { rows: 1, cols: partition.size, trainable: true });
    const group = { partition, master, mine: new Set(partition.heldBy(rank).keys()) };
    for (const p of partition.order) this.groupOf.set(p, group);
    return group;
  }

  beforeForward(last: boolean): void {
    this.last = last;
  }

  /** process_gradients. */
  private processGradient(p: Parameter): void {
    this.setupBuckets();
    if (this.plan.stage === 2 || this.plan.overlap) this.addToBucket(p);
  }

  private setupBuckets(): void {
    const { e, plan } = this;
    if (!plan.contiguous || this.buffers.length > 0) return;
    this.buffers = (plan.overlap ? [0, 1] : [0]).map(() => e.make(plan.reduceBucket, plan.dtype, BUCKET));
  }

  /** reduce_independent_p_g_buckets_and_remove_grads. A gradient larger than the bucket is reduced by itself, where it is. */
  private addToBucket(p: Parameter): void {
    const { e, plan } = this;
    const elements = elementsOf(p);
    if (plan.stage === 1 && !this.last) return;
    if (this.filled + elements > plan.reduceBucket) this.reduce();
    const [buffer] = this.buffers;
    if (buffer && elements <= plan.reduceBucket) {
      e.release(p.grad);
      p.grad = e.view(buffer);
    }
    this.filled += elements;
    this.waiting.push(p);
  }

  /** reduce_ipg_grads. */
  private reduce(): void {
    const { e, plan, waiting } = this;
    if (plan.contiguous) this.averageTensor(waiting);
    else this.flattenedCopies(waiting.map(elementsOf), this.filled);
    this.waiting = [];
    this.filled = 0;
    for (const p of waiting) {
      if (!this.groupOf.get(p)?.mine.has(p)) {
        if (plan.stage === 2) forget(e, p);
      } else if (plan.contiguous) this.copyIntoPartition(p);
    }
  }

  /** average_tensor: neighbouring slices of one rank are one; several slices are flattened into a copy. */
  private averageTensor(parameters: readonly Parameter[]): void {
    const { plan } = this;
    if (!plan.scatter) return;
    const slices: { rank: number; elements: number }[] = [];
    for (const s of parameters.flatMap((p) => this.groupOf.get(p)?.partition.slicesOf(p) ?? [])) {
      const before = slices.at(-1);
      if (before?.rank === s.rank) before.elements += s.elements;
      else slices.push({ ...s });
    }
    this.flattenedCopies(
      slices.map((s) => s.elements),
      plan.reduceBucket,
    );
  }

  /** allreduce_and_scatter: tensors are flattened until more than `limit` elements are together. One alone is no copy. */
  private flattenedCopies(sizes: readonly number[], limit: number): void {
    const { e, plan } = this;
    let elements = 0;
    let count = 0;
    sizes.forEach((size, i) => {
      elements += size;
      count++;
      if (elements <= limit && i < sizes.length - 1) return;
      if (count > 1) e.release(e.make(elements, plan.dtype, BUCKET_COPY));
      elements = 0;
      count = 0;
    });
  }

  /** copy_grads_in_partition: the bucket will be overwritten, so gradients of this rank move, whole, to a buffer of their own. */
  private copyIntoPartition(p: Parameter): void {
    const { e, plan } = this;
    if (plan.offload) {
      this.copyToHost(p);
      return;
    }
    this.gradients ??= e.make(this.wholeElements(), plan.dtype, PARTITION);
    e.release(p.grad);
    p.grad = e.view(this.gradients);
  }

  private wholeElements(): number {
    return this.groups.reduce((n, g) => [...g.mine].reduce((m, p) => m + elementsOf(p), n), 0);
  }

  /** set_norm_for_param_grad_in_gpu, then async_inplace_copy_grad_to_fp32_buffer_from_gpu: the copy is turned into fp32 first. */
  private copyToHost(p: Parameter): void {
    const { e } = this;
    if (!this.last) return;
    const elements = this.groupOf.get(p)?.partition.elementsOf(p, this.rank) ?? 0;
    e.scratch(elements * 8, NORM);
    e.scratch(elements * 4, OFFLOADED);
    forget(e, p);
  }

  beforeBackward(): void {}

  /** Stage 1 reduces here what stage 2 has reduced in its hooks; then the epilogue frees the buckets. */
  afterBackward(): void {
    const { e, plan } = this;
    const trained = this.groups.flatMap((g) => g.partition.order);
    if (plan.stage === 1 && !this.last) return;
    if (plan.stage === 1 && !plan.overlap) for (const p of this.model.parameters) if (p.grad) this.addToBucket(p);
    if (this.waiting.length > 0) this.reduce();
    this.keepGradients(trained);
    for (const b of this.buffers) e.release(b);
    this.buffers = [];
    e.release(this.gradients);
    this.gradients = null;
    for (const p of trained) forget(e, p);
  }

  /** all_grad_tensors: what the partition's gradients lie in outlives the micro-batch. */
  private keepGradients(trained: readonly Parameter[]): void {
    const { e, plan } = this;
    if (plan.offload || this.kept.length > 0) return;
    const mine = trained.filter((p) => this.groupOf.get(p)?.mine.has(p));
    this.kept = mine.flatMap((p) => (p.grad ? [e.keep(p.grad)] : []));
  }

  /** step: fp64 norms one by one, then group by group a flattened copy, an fp32 one, and the optimizer. */
  update(): void {
    const { e, plan } = this;
    for (const g of this.groups) {
      if (plan.offload) continue;
      for (const p of g.mine) e.scratch(g.partition.elementsOf(p, this.rank) * 8, NORM);
    }
    for (const g of this.groups) this.updateGroup(g);
    for (const t of this.kept) e.release(t);
    this.kept = [];
  }

  private updateGroup({ partition, master, mine }: Group): void {
    const { e, plan, states } = this;
    if (!master) return;
    const flat = mine.size > 1 ? e.make(partition.size, plan.dtype, FLAT_GRADIENT) : null;
    master.grad = e.make(partition.size, 'fp32', MASTER_GRADIENT);
    e.release(flat);
    if (this.groups.length === 1) {
      for (const t of this.kept) e.release(t);
      this.kept = [];
    }
    optimizerStep({ e, plan: this.model.plan, parameters: [master], states });
    forget(e, master);
  }
}

/**
 * A rank keeps the whole gradient of every tensor that its partition touches, and each slice of its partition passes through
 * fp64 for its norm: beside the flattened copies, or in backward if the optimizer is on the host.
 */
function mostLoaded(partitions: readonly Partition[], { world, offload }: ZeroPlan): number {
  const copies = Math.max(0, ...partitions.map((p) => 6 * p.size));
  const load = (rank: number): number => {
    const held = partitions.flatMap((p) => [...p.heldBy(rank)]);
    const slice = 8 * held.reduce((n, [, elements]) => Math.max(n, elements), 0);
    if (offload) return slice;
    return 2 * held.reduce((n, [q]) => n + elementsOf(q), 0) + Math.max(copies, slice);
  };
  const loads = Array.from({ length: world }, (_, rank) => load(rank));
  return loads.indexOf(Math.max(...loads));
}
