// LitGPT's GPT module as it reaches the card (litgpt/model.py, lora.py, adapter.py, adapter_v2.py; lightning/fabric). Modules are
// made there, in the type of the precision, in the order of their constructors: a class that refines another first builds the
// other's parts, then its own, and drops the former. The checkpoint is copied into what stands then.

import type { Engine } from '../../engine/engine.ts';
import { makeParameter, type ParameterTraits } from '../../engine/leaf.ts';
import { type Label, label, PLACE } from '../../engine/sink.ts';
import type { Packing, Parameter, Tensor } from '../../engine/tensor.ts';
import { makePacked, makeQuantisation } from '../../pack.ts';
import type { LayerPlan, Plan } from '../../plan.ts';
import type { WeightShape } from '../../shape.ts';
import { AlikeLayers } from '../alike-layers.ts';
import type { Layer, Linear, Model, NormWeights } from '../model.ts';
import { adaptedRows, FUSED } from './projection.ts';
import { makeRotary } from './rotary.ts';

const WEIGHT = label('weight', 'weights');
const MADE = label('weight before it is packed', 'temporaries');
const ADAPTER = label('adapter', 'adapters');
const INDICES = label('columns that adapters fill', 'buffers');

/** litgpt/adapter.py, Config.adapter_start_layer: the layers below have no prompt. */
const FIRST_PROMPTED = 2;

export function loadLitgpt(e: Engine, plan: Plan): Model {
  return new Loader(e, plan).load();
}

/** What a module's constructor has made so far. */
type Parts = Pick<Layer, 'linears' | 'norms' | 'tensors'>;
const NO_PARTS: Parts = { linears: {}, norms: {}, tensors: {} };

class Loader {
  private readonly all = new Set<Parameter>();
  private readonly quantisation = makeQuantisation();
  private readonly packings: { weight: Parameter; kept: Tensor[]; repack: (kept: Tensor[]) => Parameter }[] = [];
  private readonly e: Engine;
  private readonly plan: Plan;

  constructor(e: Engine, plan: Plan) {
    this.e = e;
    this.plan = plan;
  }

  load(): Model {
    const { e, plan } = this;
    const { below, above, tied, hidden, vocabulary } = plan.model;
    e.enter(PLACE.above);
    const shape = above.find((w) => w.name === 'lm_head');
    const head = this.refined(shape ?? { name: 'lm_head', kind: 'linear', rows: vocabulary, cols: hidden });
    e.enter(PLACE.below);
    const [table] = below;
    if (!table) throw new Error('a model begins with its token table');
    const embedding = this.weight(table, this.plan.trainsEnds, true);
    const layers = plan.layers.map((layer, i) => ({ plan: layer, ...this.block(layer, i) }));
    e.enter(PLACE.above);
    const norm = this.finalNorm(above.filter((w) => w.kind === 'norm'));
    e.enter(PLACE.model);
    const rotary = makeRotary(e, plan);
    layers.forEach((layer, i) => {
      this.makeIndices(layer, i);
    });
    if (tied) this.drop([embedding]); // `wte.weight = lm_head.weight`
    const model: Model = {
      plan,
      embedding: tied ? head.weight : embedding,
      head: head.weight,
      base: { embedding, head: head.weight },
      headBias: head.bias,
      valueHead: null,
      norm,
      ends: {},
      layers,
      alike: new AlikeLayers(layers),
      tower: null,
      parameters: [...this.all],
      litgpt: { head, rotary },
    };
    const loaded = plan.replacesTable ? this.stable(model) : model;
    this.loadPacked();
    return loaded;
  }

  private finalNorm(shapes: readonly WeightShape[]): NormWeights {
    const [weight = null, bias = null] = shapes.map((w) => this.weight(w, this.trainsNorms));
    return { weight, bias };
  }

  /** Block.__init__, then that of the class that refines it. What was packed and is replaced waits for the garbage collector. */
  private block({ shape }: LayerPlan, index: number): Parts {
    const { e, plan } = this;
    e.enter(index);
    const of = (test: RegExp): WeightShape[] => shape.weights.filter((w) => test.test(w.name));
    const [inputs, headNorms, inMlp] = [of(/^self_attn\./), of(/^norm_[qk]/), of(/^mlp\./)];
    const replacesAttention = plan.lora !== null || plan.prompt !== null;
    const before = (replaces: boolean, make: () => Parts): Parts => (replaces && plan.packed ? NO_PARTS : make());
    const norms = this.norms(of(/^norm_1/));
    const first = before(replacesAttention, () => this.attention(inputs, headNorms));
    const between = this.norms(of(/^(post_attention_norm|norm_2)/));
    const firstMlp = before(this.refines, () => this.mlp(inMlp));
    const last = this.norms(of(/^post_mlp_norm/));
    const attention = replacesAttention ? this.refinedAttention(inputs, headNorms, index) : first;
    if (attention !== first) this.dropAll(first);
    const mlp = this.refines ? this.mlp(inMlp) : firstMlp;
    if (mlp !== firstMlp) this.dropAll(firstMlp);
    return {
      linears: { ...attention.linears, ...mlp.linears },
      norms: { ...norms, ...between, ...last, ...attention.norms },
      tensors: attention.tensors,
    };
  }

  /** Classes of their own for linear layers. */
  private get refines(): boolean {
    return this.plan.lora !== null || this.plan.prompt?.rescales === true;
  }
  private get trainsNorms(): boolean {
    return this.plan.trainsEnds || this.plan.prompt?.rescales === true;
  }

  private norms(shapes: readonly WeightShape[]): Record<string, Parameter> {
    const isTrained = (name: string): boolean => (/^norm_[12]/.test(name) ? this.trainsNorms : this.plan.trainsEnds);
    return Object.fromEntries(shapes.map((w) => [w.name, this.weight(w, isTrained(w.name))]));
  }

  /** LoRAQKVLinear.lora_ind: made when it is first asked for, and kept. */
  private makeIndices({ linears }: Parts, index: number): void {
    const { lora, weight } = linears[FUSED] ?? {};
    if (!lora || lora.b.rows === weight?.rows) return;
    this.e.enter(index);
    this.e.make(lora.b.rows, 'i64', INDICES);
  }

  /** CausalSelfAttention.__init__: one matrix for queries, keys and values. */
  private attention(shapes: readonly WeightShape[], norms: readonly WeightShape[]): Parts {
    const linears = attentionShapes(shapes).map((shape) => [shape.name, this.plain(shape)] as const);
    return { linears: Object.fromEntries(linears), norms: this.norms(norms), tensors: {} };
  }

  private refinedAttention(shapes: readonly WeightShape[], norms: readonly WeightShape[], index: number): Parts {
    const replaced = this.refines && this.plan.packed !== null;
    const parts = replaced ? { ...NO_PARTS, norms: this.norms(norms) } : this.attention(shapes, norms);
    const tensors = this.plan.prompt && index >= FIRST_PROMPTED ? this.makePrompt(shapes) : {};
    if (!this.refines) return { ...parts, tensors };
    const linears = attentionShapes(shapes).map((shape) => {
      const own = this.refined(shape);
      const before = parts.linears[shape.name];
      if (before) this.dropLinear(before);
      return [shape.name, own] as const;
    });
    return { linears: Object.fromEntries(linears), norms: parts.norms, tensors };
  }

  private makePrompt(shapes: readonly WeightShape[]): Record<string, Parameter> {
    const tokens = this.plan.prompt?.tokens ?? 0;
    const hidden = shapes[0]?.cols ?? 0;
    const heads = this.plan.model.kinds[0]?.attention?.heads ?? 0;
    return { adapter_wte: this.adapter(tokens, hidden), gating_factor: this.adapter(1, heads) };
  }

  private mlp(shapes: readonly WeightShape[]): Parts {
    const linears = shapes.map((shape) => [shape.name, this.refined(shape)] as const);
    return { linears: Object.fromEntries(linears), norms: {}, tensors: {} };
  }

  /** The linear of the method: with LoRA's matrices, or v2's bias and scale. */
  private refined(shape: WeightShape): Linear {
    const { lora, prompt } = this.plan;
    const linear = this.plain(shape);
    if (prompt?.rescales) {
      const [bias, scale] = [this.adapter(1, shape.rows), this.adapter(1, shape.rows)];
      return { ...linear, rescaling: { bias, scale } };
    }
    const parts = adaptedRows(this.plan, shape.name, shape.rows);
    if (!lora || parts.length === 0) return linear;
    const a = this.adapter(lora.rank * parts.length, shape.cols);
    const outputs = parts.reduce((n, rows) => n + rows, 0);
    const b = this.adapter(outputs, lora.rank);
    return { ...linear, lora: { a, b, magnitude: null } };
  }

  private plain(shape: WeightShape): Linear {
    const { plan } = this;
    const weight = plan.packed
      ? this.packed(shape, plan.packed)
      : this.weight({ ...shape, bias: false }, plan.trainsEnds);
    const bias = shape.bias
      ? this.weight({ ...shape, kind: 'norm', rows: 1, cols: shape.rows }, plan.trainsEnds)
      : null;
    return { name: shape.name, weight, bias, lora: null };
  }

  /** Fabric packs a copy in fp16 (lightning/fabric/plugins/precision/bitsandbytes.py, _Linear4bit.quantize). */
  private packed(shape: WeightShape, packing: Packing): Parameter {
    const { e, plan } = this;
    const made = plan.weights === 'fp16' ? null : e.make(shape.rows * shape.cols, plan.weights, MADE);
    const repack = (kept: Tensor[]): Parameter =>
      makePacked(e, shape, 'fp16', { ...packing, from: 'fp16' }, this.quantisation, kept);
    const kept: Tensor[] = [];
    const weight = repack(kept);
    e.release(made);
    this.packings.push({ weight, kept, repack });
    return weight;
  }

  /** The checkpoint is packed anew, one weight after the other (_quantize_on_load_hook). */
  private loadPacked(): void {
    for (const { weight, kept, repack } of this.packings) {
      this.e.enter(weight.node.place);
      const { tensor } = repack([]);
      for (const t of [weight.tensor, ...kept]) this.e.release(t);
      weight.tensor = tensor;
    }
  }

  /**
   * finetune/lora.py replaces the token table by a StableEmbedding when the optimizer is made already: the old one stays in its
   * groups, and the new one is trained by nobody, so its gradient is never cleared.
   */
  private stable(model: Model): Model {
    const { rows, cols } = model.embedding;
    this.e.enter(PLACE.below);
    const own = (height: number, width: number): Parameter =>
      makeParameter(this.e, this.plan.weights, WEIGHT, { rows: height, cols: width, trainable: true, embedding: true });
    const ends = { 'wte.norm': own(1, cols), 'wte.norm.bias': own(1, cols) };
    return { ...model, ends, embedding: own(rows, cols) };
  }

  private weight({ kind, rows, cols }: WeightShape, trainable: boolean, embedding = false): Parameter {
    const [height, width] = kind === 'norm' ? [1, rows * cols] : [rows, cols];
    return this.make(WEIGHT, { rows: height, cols: width, trainable, embedding });
  }

  private adapter(rows: number, cols: number): Parameter {
    return this.make(ADAPTER, { rows, cols, trainable: true });
  }

  private make(what: Label, traits: ParameterTraits): Parameter {
    const p = makeParameter(this.e, this.plan.weights, what, traits);
    this.all.add(p);
    return p;
  }

  private dropAll({ linears, norms, tensors }: Parts): void {
    for (const linear of Object.values(linears)) this.dropLinear(linear);
    this.drop([...Object.values(norms), ...Object.values(tensors)]);
  }

  private dropLinear({ weight, bias, lora, rescaling }: Linear): void {
    const own = [weight, bias, lora?.a, lora?.b, rescaling?.bias, rescaling?.scale];
    this.drop(own.filter((p) => p !== null && p !== undefined));
  }

  private drop(parameters: readonly Parameter[]): void {
    for (const p of parameters) {
      this.e.release(p.tensor);
      this.all.delete(p);
    }
  }
}

/** `qkv` and `proj`, from the shapes that keep queries, keys and values apart. */
function attentionShapes(shapes: readonly WeightShape[]): WeightShape[] {
  const [out] = shapes.filter((w) => w.name.endsWith('o_proj'));
  const inputs = shapes.filter((w) => w !== out);
  const [first] = inputs;
  if (!out || !first) throw new Error('the block program needs attention');
  const rows = inputs.reduce((n, w) => n + w.rows, 0);
  return [{ ...first, name: FUSED, rows }, out];
}
