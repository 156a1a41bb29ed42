// Loading: which parameters exist, in the order they reach the card. The order decides the allocator's slack for the whole run.

import { AlikeLayers } from './blocks/alike-layers.ts';
import { initialNorm } from './blocks/dora.ts';
import { type Adapter, embeddingsAndNorms, type Layer, type Linear, type Model } from './blocks/model.ts';
import type { Engine } from './engine/engine.ts';
import { castParameter, makeParameter } from './engine/leaf.ts';
import { label, PLACE } from './engine/sink.ts';
import { elementsOf, type Parameter } from './engine/tensor.ts';
import { type LayerParts, partsOf, type Target, type TowerParts } from './load-parts.ts';
import { makePacked, makeQuantisation } from './pack.ts';
import { type LayerPlan, lastPart, type Plan } from './plan.ts';
import type { Dtype } from './run.ts';
import type { WeightShape } from './shape.ts';
import type { TowerPlan } from './tower-plan.ts';
import { warmUpBytes } from './warm-up.ts';

const WEIGHT = label('weight', 'weights');
const ADAPTER = label('adapter', 'adapters');
const SAVED_MODULE = label('trained copy of a module', 'weights');
const WARM_UP = label('allocator warm-up', 'temporaries');
const POSITIONS = label('numbers of positions', 'buffers');
const SCALE = label('embedding scale', 'buffers');
const TABLE = label('rotary frequencies', 'buffers');
const CAUSAL = label('causal mask of the model', 'buffers');
const VALUE_HEAD = label('value head', 'weights');
const DROPPED_HEAD = label('head, built and dropped by tie_weights', 'temporaries');

export function load(e: Engine, plan: Plan): Model {
  return new Loader(e, plan).load();
}

class Loader {
  private readonly all: Parameter[] = [];
  private readonly targets: Target[] = [];
  private readonly stacks: Target[] = [];
  private readonly quantisation = makeQuantisation();
  private readonly e: Engine;
  private readonly plan: Plan;

  constructor(e: Engine, plan: Plan) {
    this.e = e;
    this.plan = plan;
  }

  load(): Model {
    const { e, plan } = this;
    if (plan.warmsAllocator) {
      e.enter(PLACE.beforehand);
      e.scratch(warmUpBytes(plan), WARM_UP);
    }
    // Quantised weights are placed first; embeddings and norms follow when all of them are packed.
    const tower = plan.tower && this.makeTower(plan.tower);
    const early = plan.packed ? plan.layers.map((l, i) => this.makeLayer(l, i)) : null;
    e.enter(PLACE.below);
    if (tower && plan.packed) for (const p of partsOf(tower)) this.makeWeights(p, (w) => !isPackable(w));
    const below = this.makeEnds(plan.model.below);
    const [embedding] = Object.values(below);
    if (!embedding) throw new Error('a model begins with its token table');
    if (plan.model.traits?.scaleBuffer) e.make(1, plan.weights, SCALE);
    const parts = early ?? plan.layers.map((l, i) => this.makeLayer(l, i));
    if (early)
      early.forEach((p, i) => {
        e.enter(i);
        this.makeWeights(p, (w) => !isPackable(w));
      });
    e.enter(PLACE.above);
    const above = this.makeEnds(plan.model.above.filter((w) => w.name !== 'lm_head'));
    this.makeBuffers();
    e.enter(PLACE.above);
    const head = this.makeHead(embedding);
    const [weight = null, bias = null] = Object.values(above);
    const model: Model = {
      plan,
      embedding,
      ...head,
      base: { embedding, head: head.head },
      valueHead: null,
      norm: { weight, bias },
      ends: { ...below, ...above },
      layers: parts satisfies readonly Layer[],
      alike: new AlikeLayers(parts),
      tower,
      parameters: this.all,
    };
    this.prepare(model);
    return model;
  }

  private makeTower({ below, blocks, above, projector }: TowerPlan): TowerParts {
    const make = (plan: LayerPlan): LayerParts => this.makeLayer(plan, PLACE.below);
    const table = below.shape.weights.find((w) => w.name === 'position_embedding');
    const positionIds = table ? this.e.make(table.rows, 'i64', POSITIONS) : null;
    const parts = { below: make(below), blocks: blocks.map(make), above: make(above), projector: make(projector) };
    return { ...parts, positionIds };
  }

  private makeLayer(plan: LayerPlan, index: number): LayerParts {
    this.e.enter(index);
    const parts: LayerParts = { plan, linears: {}, norms: {}, tensors: {}, stacks: {} };
    this.makeWeights(parts, this.plan.packed ? isPackable : () => true);
    return parts;
  }

  /** In the order in which the shape lists them: as the modules are built. */
  private makeWeights(parts: LayerParts, wanted: (w: WeightShape) => boolean): void {
    const { trainable, adapted, shape } = parts.plan;
    for (const w of shape.weights) {
      if (!wanted(w)) continue;
      if (w.kind === 'linear') parts.linears[w.name] = this.makeLinear(w, trainable, adapted);
      else if (w.kind === 'norm') parts.norms[w.name] = this.make(w, trainable);
      else this.makeTensors(parts, w);
    }
  }

  /** Tensors of another kind: routers, stacked experts with their biases, sinks. */
  private makeTensors(parts: LayerParts, w: WeightShape): void {
    const { trainable } = parts.plan;
    const tensor = this.make(w, trainable);
    parts.tensors[w.name] = tensor;
    const rank = this.plan.lora?.stacks.get(w.name);
    if (rank !== undefined) {
      const take = (adapter: Adapter): unknown => (parts.stacks[w.name] = adapter);
      this.stacks.push({ weight: tensor, rank: rank * tensor.count, take });
    }
    if (!w.bias) return;
    const { count } = w;
    const bias: WeightShape = { name: `${w.name}_bias`, kind: w.kind, rows: 1, cols: w.rows, ...(count && { count }) };
    parts.tensors[bias.name] = this.make(bias, trainable);
  }

  /** Tables and norms outside the layers. */
  private makeEnds(shapes: readonly WeightShape[]): Record<string, Parameter> {
    return Object.fromEntries(shapes.map((w) => [w.name, this.make(w, this.plan.trainsEnds, w.kind === 'table')]));
  }

  private makeLinear(shape: WeightShape, trainable: boolean, adapted: boolean): Linear {
    const { e, plan } = this;
    const packed = plan.packed && makePacked(e, shape, plan.weights, plan.packed, this.quantisation);
    const parts = packed ? { weight: packed, bias: this.makeBias(shape, trainable) } : this.makeWhole(shape, trainable);
    const linear: Linear = { name: shape.name, ...parts, lora: null };
    if (adapted && plan.lora?.targets.has(lastPart(shape.name))) {
      const take = (adapter: Adapter): unknown => (linear.lora = adapter);
      this.targets.push({ weight: linear.weight, rank: plan.lora.rank, take });
    }
    return linear;
  }

  private makeWhole(shape: WeightShape, trainable: boolean): { weight: Parameter; bias: Parameter | null } {
    return { weight: this.make({ ...shape, bias: false }, trainable), bias: this.makeBias(shape, trainable) };
  }

  private makeBias(shape: WeightShape, trainable: boolean): Parameter | null {
    return shape.bias ? this.make({ ...shape, name: 'bias', rows: 1, cols: shape.rows }, trainable) : null;
  }

  private make(shape: WeightShape, trainable: boolean, embedding = false): Parameter {
    const [rows, cols] = shape.kind === 'norm' ? [1, shape.rows * shape.cols] : [shape.rows, shape.cols];
    const p = makeParameter(this.e, this.plan.weights, WEIGHT, {
      rows,
      cols,
      count: shape.count ?? 1,
      trainable,
      embedding,
    });
    this.all.push(p);
    return p;
  }

  private makeBuffers(): void {
    const { e, plan } = this;
    e.enter(PLACE.model);
    if (plan.model.traits?.positions) {
      this.makeCausalTable(plan.model.bufferBytes ?? 0);
      return;
    }
    const tables = plan.model.bufferBytes;
    const headDim = plan.model.kinds[0]?.attention?.headDim ?? 0;
    const { rotaryShare = 1, slidingRotary = false } = plan.model.traits ?? {};
    if (tables) for (let i = 0; i < 2; i++) e.make(tables / 8, 'fp32', TABLE);
    else for (let i = 0; i < (slidingRotary ? 4 : 2); i++) e.make((headDim * rotaryShare) / 2, 'fp32', TABLE);
  }

  /** `torch.tril(torch.ones(…))`. */
  private makeCausalTable(bytes: number): void {
    if (bytes === 0) return;
    const ones = this.e.make(bytes, 'u8', CAUSAL);
    this.e.make(bytes, 'u8', CAUSAL);
    this.e.release(ones);
  }

  /** A tied head is built like any other and dropped by tie_weights: its segment stays cached for what is loaded next. */
  private makeHead(embedding: Parameter): Pick<Model, 'head' | 'headBias'> {
    const { e, plan } = this;
    if (plan.stage?.head === 'score') {
      const score = { name: 'score', kind: 'linear', rows: 1, cols: embedding.cols } as const;
      return { head: this.make(score, plan.trainsEnds), headBias: null };
    }
    const shape = plan.model.above.find((w) => w.name === 'lm_head');
    if (!plan.model.tied && shape) {
      const { weight, bias } = this.makeWhole(shape, plan.trainsEnds);
      return { head: weight, headBias: bias };
    }
    if (plan.program !== 'minimind' && !plan.warmsAllocator)
      e.release(e.make(elementsOf(embedding), plan.weights, DROPPED_HEAD));
    return { head: embedding, headBias: null };
  }

  /** What happens to a loaded model before it is trained: k-bit preparation, adapters, copies, trainable types. */
  private prepare(model: Model): void {
    const { e, plan } = this;
    for (const p of this.upcasts(model)) castParameter(e, p, 'fp32');
    this.makeAdapters();
    if (plan.packed?.upcast === 'norms')
      for (const p of [model.embedding, model.head]) castParameter(e, p, plan.weights);
    this.copyModules(model);
    if (plan.trainable !== plan.weights) {
      for (const p of this.all) if (p.trainable && p.what !== ADAPTER) castParameter(e, p, plan.trainable);
    }
    if (plan.stage?.head === 'words-and-value') model.valueHead = this.makeValueHead(model.embedding.cols);
  }

  private upcasts(model: Model): readonly Parameter[] {
    const { packed, upcastsEmbeddings } = this.plan;
    if (packed) return packed.upcast === 'none' ? [] : this.all;
    return upcastsEmbeddings ? embeddingsAndNorms(model) : [];
  }

  /** ValueHead (trl 0.24, models/modeling_value_head.py): made last, in fp32. */
  private makeValueHead(cols: number): Model['valueHead'] {
    this.e.enter(PLACE.above);
    const weight = makeParameter(this.e, 'fp32', VALUE_HEAD, { rows: 1, cols, trainable: true });
    const bias = makeParameter(this.e, 'fp32', VALUE_HEAD, { rows: 1, cols: 1, trainable: true });
    this.all.push(weight, bias);
    return { weight, bias };
  }

  /** PEFT makes adapters in the base's floating type, turns all into fp32 (autocast_adapter_dtype), then into theirs. */
  private makeAdapters(): void {
    const { e, plan } = this;
    if (!plan.lora) return;
    const { dtype } = plan.lora;
    const first: Dtype = plan.packed ? 'fp32' : plan.weights;
    const made: Parameter[] = [];
    for (const { weight, rank, take } of [...this.targets, ...this.stacks]) {
      e.enter(weight.node.place);
      const a = makeParameter(e, first, ADAPTER, { rows: rank, cols: weight.cols, trainable: true });
      const b = makeParameter(e, first, ADAPTER, { rows: weight.rows, cols: rank, trainable: true });
      const magnitude = this.makeMagnitude(weight, first);
      take({ a, b, magnitude });
      made.push(a, b, ...(magnitude ? [magnitude] : []));
    }
    for (const type of ['fp32', dtype] as const) {
      for (const p of made) {
        e.enter(p.node.place);
        castParameter(e, p, type);
      }
    }
    this.all.push(...made);
  }

  /** DoRA: one number an output, the norm of the weight with its adapter. */
  private makeMagnitude(weight: Parameter, type: Dtype): Parameter | null {
    if (!this.plan.lora?.dora) return null;
    initialNorm(this.e, this.plan, weight, type);
    return makeParameter(this.e, type, ADAPTER, { rows: 1, cols: weight.rows, trainable: true });
  }

  /** PEFT's modules_to_save: the original stays, a trained copy of the same type takes its place (deepcopy). */
  private copyModules(model: Model): void {
    const { plan } = this;
    const copy = (original: Parameter): Parameter => {
      this.e.enter(original.node.place);
      const { rows, cols, embedding, tensor } = original;
      const p = makeParameter(this.e, tensor.dtype as Dtype, SAVED_MODULE, { rows, cols, embedding, trainable: true });
      this.all.push(p);
      return p;
    };
    if (plan.modulesToSave.has('embed_tokens')) model.embedding = copy(model.embedding);
    if (plan.modulesToSave.has('lm_head')) model.head = copy(model.head);
    // PEFT adds a classifier's head by itself (tuners_utils.py, task type SEQ_CLS).
    if (plan.lora && plan.stage?.head === 'score') model.head = copy(model.head);
  }
}

/** Quantisers replace modules, so they see linear layers and no bare tensors. */
const isPackable = (w: WeightShape): boolean => w.kind === 'linear';
