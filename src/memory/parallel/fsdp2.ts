// FSDP2, `fully_shard` on every block and on the root (torch/distributed/fsdp/_fully_shard, 2.15): a unit's weights are gathered
// together around its forward and backward, its gradients scattered together.

import type { Model } from '../blocks/model.ts';
import type { Engine } from '../engine/engine.ts';
import { makeParameter } from '../engine/leaf.ts';
import type { HookedModule, ModuleHooks } from '../engine/module.ts';
import { label, PLACE } from '../engine/sink.ts';
import type { ElementType, Parameter, Tensor } from '../engine/tensor.ts';
import { optimizerStep } from '../optimizers/optimizer.ts';
import type { States } from '../optimizers/states.ts';
import type { Fsdp2Plan } from './settings.ts';
import { forget, hollowOut, type Wrapper } from './wrapper.ts';

const SHARD = label('shard of a weight', 'weights');
const GATHERED = label('gathered weight', 'weights');
const GATHER_BUFFER = label('gather buffer of a unit', 'weights');
const SCATTER_INPUT = label('input of a reduce-scatter', 'gradients');
const SCATTERED = label('gradient shards of a unit', 'gradients');
const SHARD_GRADIENT = label('gradient shards in the weights’ type', 'gradients');
const HELD_GRADIENT = label('whole gradient that waits for later micro-batches', 'gradients');
const NORMS = label('gradient norms', 'temporaries');

interface Unit {
  readonly parameters: readonly Parameter[];
  /** Never freed after its forward. */
  readonly stays: boolean;
  gathered: Tensor[] | null;
  /** The all-gather that was started and not yet copied out. */
  buffer: Tensor | null;
}

export class FullyShard implements Wrapper, ModuleHooks {
  readonly replacesLinear = false;
  private readonly units: readonly Unit[];
  private readonly root: Unit;
  /** Embedding alone, norm and head together, where they are units. */
  private readonly ends: readonly Unit[];
  private readonly shards = new Map<Parameter, Parameter>();
  private readonly states: States = new Map();
  /** Freed when the next unit of the forward has been gathered: copies overlap the next all-gather. */
  private forwardBuffer: Tensor | null = null;
  /** Kept until the next unit scatters. */
  private scatterInput: Tensor | null = null;
  private order: Unit[] = [];
  private backwardStarted = new Set<Unit>();
  private last = true;
  private readonly e: Engine;
  private readonly model: Model;
  private readonly plan: Fsdp2Plan;

  constructor(e: Engine, model: Model, plan: Fsdp2Plan) {
    this.e = e;
    this.model = model;
    this.plan = plan;
    const at = (wanted: (place: number) => boolean, stays: boolean): Unit => ({
      parameters: model.parameters.filter((p) => wanted(p.node.place)),
      stays,
      gathered: null,
      buffer: null,
    });
    const isBlock = (place: number): boolean => place >= 0;
    const isEnd = (place: number): boolean => place < 0;
    this.units = plan.wrapsBlocks ? model.layers.map((_, i) => at((place) => place === i, false)) : [];
    const untied = [at((place) => place === PLACE.below, false), at((place) => place === PLACE.above, true)];
    const tied = [at(isEnd, true)];
    this.ends = plan.wrapsEnds ? (model.embedding === model.head ? tied : untied) : [];
    this.root = at((place) => (!plan.wrapsEnds && isEnd(place)) || (!plan.wrapsBlocks && isBlock(place)), true);
    e.modules = this;
    const types = model.parameters.map((p) => p.tensor.dtype);
    hollowOut(e, model.parameters, plan.paramDtype);
    if (plan.offload) return;
    for (const [i, p] of model.parameters.entries()) this.shard(p, types[i] ?? plan.paramDtype);
  }

  private partOf(p: Parameter): number {
    return Math.ceil(p.rows / this.plan.shards) * p.cols;
  }
  private padded(parameters: readonly Parameter[]): number {
    return parameters.reduce((n, p) => n + this.partOf(p) * this.plan.shards, 0);
  }

  private shard(p: Parameter, dtype: ElementType): void {
    const { e, plan } = this;
    e.enter(p.node.place);
    const { cols, trainable, embedding } = p;
    const rows = Math.ceil(p.rows / plan.shards);
    this.shards.set(p, makeParameter(e, dtype, SHARD, { rows, cols, trainable, embedding }));
  }

  beforeForward(last: boolean): void {
    this.last = last;
    this.order = [];
    this.backwardStarted = new Set();
    this.gatherForward(this.root);
  }

  /** The root's post-forward drops the last gather's buffer, which has outlived head and loss; its pre-backward gathers ahead. */
  beforeBackward(): void {
    this.e.release(this.forwardBuffer);
    this.forwardBuffer = null;
    const last = this.order.at(-1);
    if (last && this.root.parameters.length > 0) this.unshard(last);
  }

  /** The root's post-backward runs when the whole backward is over. */
  afterBackward(): void {
    for (const unit of [this.root, ...this.ends, ...this.units]) if (unit.gathered) this.scatter(unit);
    this.e.release(this.scatterInput);
    this.scatterInput = null;
  }

  enterForward(module: HookedModule): void {
    const unit = this.unitOf(module);
    if (unit) this.gatherForward(unit);
  }
  /** A recomputation leaves gathering and freeing to the hooks of the backward. */
  leaveForward(module: HookedModule): void {
    const unit = this.unitOf(module);
    if (!unit || this.backwardStarted.has(unit)) return;
    this.order.push(unit);
    if (this.plan.reshards && !unit.stays) this.reshard(unit);
  }
  enterBackward(module: HookedModule): void {
    const unit = this.unitOf(module);
    if (!unit || this.backwardStarted.has(unit)) return;
    this.backwardStarted.add(unit);
    this.unshard(unit);
    this.copyOut(unit);
    this.e.release(unit.buffer);
    unit.buffer = null;
    const next = this.order[this.order.indexOf(unit) - 1];
    if (next) this.unshard(next);
  }
  /** A unit of several modules is over when the first of them is. */
  leaveBackward(module: HookedModule): void {
    const unit = this.unitOf(module);
    if (unit && (module.block !== null || module.own[0] === unit.parameters[0])) this.scatter(unit);
  }

  private unitOf({ own, block }: HookedModule): Unit | null {
    if (block !== null) return this.units[block] ?? null;
    const [first] = own;
    return (first && this.ends.find((u) => u.parameters.includes(first))) ?? null;
  }

  private gatherForward(unit: Unit): void {
    if (unit.gathered) return;
    const { e } = this;
    this.unshard(unit);
    e.release(this.forwardBuffer);
    this.forwardBuffer = null;
    this.copyOut(unit);
    this.forwardBuffer = unit.buffer;
    unit.buffer = null;
  }

  private unshard(unit: Unit): void {
    if (unit.gathered || unit.buffer || this.plan.shards === 1) return;
    unit.buffer = this.e.make(this.padded(unit.parameters), this.plan.paramDtype, GATHER_BUFFER);
  }

  private copyOut(unit: Unit): void {
    const { e, plan } = this;
    unit.gathered ??= unit.parameters.map((p) => e.make(this.partOf(p) * plan.shards, plan.paramDtype, GATHERED));
  }

  private reshard(unit: Unit): void {
    for (const t of unit.gathered ?? []) this.e.release(t);
    unit.gathered = null;
  }

  /** post_backward, then foreach_reduce: the input of the last reduce-scatter dies as this one begins. */
  private scatter(unit: Unit): void {
    const { e, plan } = this;
    this.reshard(unit);
    if (!this.last && plan.holdsBack) {
      for (const p of unit.parameters) this.widen(p);
      return;
    }
    e.release(this.scatterInput);
    this.scatterInput = null;
    const trained = unit.parameters.filter((p) => p.grad);
    if (trained.length === 0) return;
    const elements = this.padded(trained);
    this.scatterInput = e.make(elements, plan.reduceDtype, SCATTER_INPUT);
    for (const p of trained) forget(e, p);
    const output = e.make(elements / plan.shards, plan.reduceDtype, SCATTERED);
    const [first] = trained;
    const dtype = (first && this.shards.get(first)?.tensor.dtype) ?? plan.reduceDtype;
    const grads = dtype === plan.reduceDtype ? e.keep(output) : e.make(elements / plan.shards, dtype, SHARD_GRADIENT);
    e.release(output);
    for (const p of trained) {
      const shard = this.shards.get(p);
      if (shard && !shard.grad) shard.grad = e.keep(grads);
    }
    e.release(grads);
  }

  /** A gradient that waits for later micro-batches is turned into the type in which it will be reduced. */
  private widen(p: Parameter): void {
    const { grad } = p;
    if (!grad || grad.dtype === this.plan.reduceDtype) return;
    p.grad = this.e.make(grad.elements, this.plan.reduceDtype, HELD_GRADIENT);
    this.e.release(grad);
  }

  update(): void {
    const { e, states } = this;
    const { plan } = this.model;
    const parameters = this.model.parameters.flatMap((p) => this.shards.get(p) ?? []).filter((s) => s.grad);
    if (plan.clip) for (const t of parameters.map(() => e.make(1, 'fp32', NORMS))) e.release(t);
    if (!this.plan.offload) optimizerStep({ e, plan, parameters, states });
    for (const s of parameters) forget(e, s);
  }
}
