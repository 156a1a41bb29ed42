// DistributedDataParallel (torch/csrc/distributed/c10d/reducer.cpp): gradients are copied into flat buckets, which exist from
// construction on, and back; with gradient_as_bucket_view gradients are the buckets.

import type { Engine } from '../engine/engine.ts';
import { label } from '../engine/sink.ts';
import type { ElementType, Parameter, Tensor } from '../engine/tensor.ts';
import { ELEMENT_SIZE, elementsOf } from '../engine/tensor.ts';
import type { DdpPlan } from './settings.ts';
import type { Wrapper } from './wrapper.ts';

const BUCKET = label('gradient bucket', 'gradients');
/** The first bucket is small, so that communication starts early (kDefaultFirstBucketBytes). */
const FIRST_BUCKET = 2 ** 20;

export class DistributedDataParallel implements Wrapper {
  private buckets = new Map<Parameter, Tensor>();
  private flats: Tensor[] = [];
  /** Parameters in the order in which their gradients arrived in the first backward. */
  private readonly arrived = new Set<Parameter>();
  private rebuilt = false;
  /** `no_sync` holds hooks back until the last micro-batch. */
  private syncs = true;
  private readonly e: Engine;
  private readonly plan: DdpPlan;
  private readonly inner: Wrapper;

  constructor(e: Engine, plan: DdpPlan, trained: readonly Parameter[], inner: Wrapper) {
    this.e = e;
    this.inner = inner;
    this.plan = plan;
    this.allocate(bucketsOf(trained, plan.bucketBytes).reverse());
    e.onGradient = (p) => this.buckets.has(p) && this.onGradient(p);
  }

  private allocate(buckets: readonly (readonly Parameter[])[]): void {
    const { e } = this;
    for (const flat of this.flats) e.release(flat);
    this.flats = [];
    for (const bucket of buckets) {
      const [first] = bucket;
      if (!first) continue;
      const elements = bucket.reduce((n, p) => n + elementsOf(p), 0);
      const flat = e.make(elements, first.tensor.dtype, BUCKET);
      this.flats.push(flat);
      for (const p of bucket) this.buckets.set(p, flat);
    }
  }

  /** After the first synchronised backward buckets are built anew, in the order in which gradients arrived (rebuild_buckets). */
  beforeForward(last: boolean): void {
    this.syncs = last;
    if (this.rebuilt || this.arrived.size === 0) return;
    this.rebuilt = true;
    this.allocate(bucketsOf([...this.arrived], this.plan.bucketBytes));
  }

  beforeBackward(): void {}

  afterBackward(): void {}

  update(): void {
    this.inner.update();
  }

  /** mark_variable_ready_dense: under `gradient_as_bucket_view` the gradient is copied into its bucket and becomes a view of it. */
  private onGradient(p: Parameter): void {
    if (!this.syncs) return;
    this.arrived.add(p);
    const bucket = this.buckets.get(p);
    if (!bucket || !this.plan.bucketView) return;
    this.e.release(p.grad);
    p.grad = this.e.view(bucket);
  }
}

/** compute_bucket_assignment_by_size: in the order of parameters, one open bucket a type. */
function bucketsOf(parameters: readonly Parameter[], cap: number): Parameter[][] {
  const full: Parameter[][] = [];
  const open = new Map<ElementType, { parameters: Parameter[]; bytes: number; limit: number }>();
  for (const p of parameters) {
    const { dtype } = p.tensor;
    const bucket = open.get(dtype) ?? { parameters: [], bytes: 0, limit: FIRST_BUCKET };
    open.set(dtype, bucket);
    bucket.parameters.push(p);
    bucket.bytes += elementsOf(p) * ELEMENT_SIZE[dtype];
    if (bucket.bytes < bucket.limit) continue;
    full.push(bucket.parameters);
    open.set(dtype, { parameters: [], bytes: 0, limit: cap });
  }
  return [...full, ...[...open.values()].map((b) => b.parameters).filter((ps) => ps.length > 0)];
}
