// torchtune builds a model on the card, in the type of the run, module by module (models/*/_component_builders.py), and copies the
// checkpoint into what stands then. Frozen matrices are built whole and packed one by one.

import type { Engine } from '../../engine/engine.ts';
import { makeParameter } from '../../engine/leaf.ts';
import { type Label, label, PLACE } from '../../engine/sink.ts';
import type { Parameter } from '../../engine/tensor.ts';
import { copyIntoNf4, makeNf4 } from '../../ops/nf4.ts';
import { type LayerPlan, lastPart, type Plan } from '../../plan.ts';
import type { WeightShape } from '../../shape.ts';
import { AlikeLayers } from '../alike-layers.ts';
import type { Adapter, Layer, Linear, Model } from '../model.ts';

const WEIGHT = label('weight', 'weights');
const ADAPTER = label('adapter', 'adapters');
const TABLE = label('rotary frequencies', 'buffers');

export function loadTorchtune(e: Engine, plan: Plan): Model {
  return new Loader(e, plan).load();
}

/** Attention's matrices and norms come before the MLP's, whose down_proj is its second; the layer's own norms come last. */
const ORDER = [
  ...['self_attn.q_proj', 'self_attn.k_proj', 'self_attn.v_proj', 'self_attn.o_proj'],
  ...['self_attn.q_norm', 'self_attn.k_norm', 'mlp.gate_proj', 'mlp.down_proj', 'mlp.up_proj'],
];
const rank = ({ name }: WeightShape): number => ORDER.indexOf(name) + 1 || ORDER.length + 1;
const FIRST_OF_MLP = ORDER.indexOf('mlp.gate_proj') + 1;

class Loader {
  private readonly all: Parameter[] = [];
  private readonly e: Engine;
  private readonly plan: Plan;

  constructor(e: Engine, plan: Plan) {
    this.e = e;
    this.plan = plan;
  }

  load(): Model {
    const { e, plan } = this;
    const { below, above, tied } = plan.model;
    e.enter(PLACE.model);
    if (plan.model.traits?.turns?.shared) this.table();
    const layers = plan.layers.map((layer, i) => this.layer(layer, i));
    e.enter(PLACE.below);
    const [table] = below;
    if (!table) throw new Error('a model begins with its token table');
    const embedding = this.weight(table, plan.trainsEnds, true);
    e.enter(PLACE.above);
    const shape = above.find((w) => w.name === 'lm_head');
    const head = shape && !tied ? this.linear(shape, plan.trainsEnds, false) : null;
    const norms = above.filter((w) => w.kind === 'norm').map((w) => this.weight(w, plan.trainsEnds));
    for (const p of this.all) if (p.packed) copyIntoNf4(e, p, plan.weights);
    return {
      plan,
      alike: new AlikeLayers(layers),
      embedding,
      head: head?.weight ?? embedding,
      base: { embedding, head: head?.weight ?? embedding },
      valueHead: null,
      tower: null,
      headBias: null,
      headAdapter: head?.lora ?? null,
      norm: { weight: norms[0] ?? null, bias: null },
      ends: {},
      layers,
      parameters: this.inOrder(embedding, norms),
    };
  }

  /** `model.parameters()`: the token table, the layers, the norm, the head. */
  private inOrder(embedding: Parameter, norms: readonly Parameter[]): Parameter[] {
    const rest = this.all.filter((p) => p !== embedding && !norms.includes(p));
    const isHead = (p: Parameter): boolean => p.node.place === PLACE.above;
    return [embedding, ...rest.filter((p) => !isHead(p)), ...norms, ...rest.filter(isHead)];
  }

  private layer(plan: LayerPlan, index: number): Layer {
    this.e.enter(index);
    const { trainable, shape } = plan;
    const linears: Record<string, Linear> = {};
    const norms: Record<string, Parameter> = {};
    let tables = this.plan.model.traits?.turns?.shared ?? false;
    for (const w of [...shape.weights].sort((a, b) => rank(a) - rank(b))) {
      if (!tables && rank(w) >= FIRST_OF_MLP) {
        this.table();
        tables = true;
      }
      if (w.kind === 'norm') norms[w.name] = this.weight(w, trainable);
      else linears[w.name] = this.linear(w, trainable, true);
    }
    return { plan, linears, norms, tensors: {} };
  }

  /** Embedding and head are never packed. */
  private linear(shape: WeightShape, trainable: boolean, packs: boolean): Linear {
    const { plan } = this;
    const matrix = { ...shape, bias: false };
    const weight =
      packs && plan.packed ? this.keep(makeNf4(this.e, matrix, plan.weights)) : this.weight(matrix, trainable);
    const bias = shape.bias ? this.weight({ ...matrix, rows: 1, cols: shape.rows }, trainable) : null;
    const adapted = plan.lora?.targets.has(lastPart(shape.name)) ?? false;
    return { name: shape.name, weight, bias, lora: adapted ? this.adapter(shape) : null };
  }

  private adapter({ rows, cols }: WeightShape): Adapter {
    const { rank: r = 0, dora = false } = this.plan.lora ?? {};
    const make = (height: number, width: number): Parameter =>
      this.make({ name: '', kind: 'linear', rows: height, cols: width }, true, ADAPTER);
    return { a: make(r, cols), b: make(rows, r), magnitude: dora ? make(1, rows) : null };
  }

  private weight(shape: WeightShape, trainable: boolean, embedding = false): Parameter {
    const [rows, cols] = shape.kind === 'norm' ? [1, shape.rows * shape.cols] : [shape.rows, shape.cols];
    return this.make({ ...shape, rows, cols }, trainable, WEIGHT, embedding);
  }

  private make({ rows, cols }: WeightShape, trainable: boolean, what: Label, embedding = false): Parameter {
    return this.keep(makeParameter(this.e, this.plan.weights, what, { rows, cols, trainable, embedding }));
  }

  private keep(p: Parameter): Parameter {
    this.all.push(p);
    return p;
  }

  private table(): void {
    const { kinds, traits } = this.plan.model;
    this.e.make((kinds[0]?.attention?.headDim ?? 0) / 2, 'fp32', TABLE);
    this.e.make((traits?.turns?.tableBytes ?? 0) / 4, 'fp32', TABLE);
  }
}
