// The schedule of a training loop: load, then steps of [forward, backward] x micro-batches, clip, optimizer, zero_grad.

import type { Inputs, Output } from './blocks/forward.ts';
import { validating } from './blocks/litgpt/forward.ts';
import { loadLitgpt } from './blocks/litgpt/load.ts';
import type { Model } from './blocks/model.ts';
import { FORWARDS } from './blocks/programs.ts';
import { loadTorchtune } from './blocks/torchtune/load.ts';
import { backward } from './engine/backward.ts';
import { Engine } from './engine/engine.ts';
import { label, PLACE, type Sink } from './engine/sink.ts';
import type { Tensor } from './engine/tensor.ts';
import { load } from './load.ts';
import { exitAutocast } from './ops/cast.ts';
import { LOGITS_FP32 } from './ops/loss.ts';
import { wrap } from './parallel/wrap.ts';
import type { Wrapper } from './parallel/wrapper.ts';
import type { Plan } from './plan.ts';
import { OBJECTIVES } from './stages/objective.ts';
import { referenceOf } from './stages/reference.ts';

const IDS = label('token ids', 'buffers');
const LABELS = label('labels', 'buffers');
const PADDING = label('attention mask of the batch', 'buffers');
const BLOCK_MASK = label('4-D mask of the batch', 'buffers');
const PIXELS = label('pixels', 'buffers');
const POSITIONS = label('position ids', 'buffers');
const SEED = label('gradient of the loss', 'temporaries');
const WORKSPACE = label('cuBLAS workspace', 'buffers');
/** LitGPT’s sanity check (validate in litgpt/finetune/lora.py and pretrain.py). */
const VALIDATED = 2;
const SCALED_LOSS = label('loss', 'logits');

/** Frameworks whose models are built by themselves, not loaded by transformers. */
const LOADERS: Readonly<Partial<Record<Plan['program'], typeof load>>> = {
  litgpt: loadLitgpt,
  torchtune: loadTorchtune,
};

/**
 * Runs a plan against a counter. Optimizer state exists from the end of step 1 on, so a peak needs two steps; a counter
 * without a memory of its own needs the first only for that state, so one micro-batch will do there.
 */
export function replay(plan: Plan, sink: Sink, steps: number, firstMicroBatches = plan.accumulation): void {
  const e = new Engine(sink, plan.card);
  sink.begin('load');
  const model = (LOADERS[plan.program] ?? load)(e, plan);
  const reference = referenceOf(e, model);
  const wrapper = wrap(e, model);
  if (plan.emptiesCache) sink.emptyCache();
  const loop = new Loop(e, model, reference, wrapper);
  if (plan.program === 'litgpt') loop.validate();
  loop.step(firstMicroBatches);
  for (let i = 1; i < steps; i++) loop.step(plan.accumulation);
}

class Loop {
  private readonly workspaces = new Set<string>();
  /** Ids and pixels stay until the next ones are there; masks belong to the micro-batch. */
  private batch: readonly Tensor[] = [];
  private masks: readonly Tensor[] = [];
  /** The output object of the last forward, where a loop's variable keeps it. */
  private output: readonly Tensor[] = [];
  /** What the graph of the last loss holds. */
  private graph: readonly Tensor[] = [];
  private readonly wrapper: Wrapper;
  private readonly e: Engine;
  private readonly model: Model;
  private readonly reference: Model | null;

  constructor(e: Engine, model: Model, reference: Model | null, wrapper: Wrapper) {
    this.e = e;
    this.model = model;
    this.reference = reference;
    this.wrapper = wrapper;
  }

  step(microBatches: number): void {
    for (let micro = 0; micro < microBatches; micro++) this.microBatch(micro, micro === microBatches - 1);
    this.update();
    if (this.model.plan.program === 'minimind') this.forget();
  }

  /** Batches that are looked at before training, without gradients. */
  validate(): void {
    const { e, model } = this;
    e.grad = false;
    for (let i = 0; i < VALIDATED; i++) {
      e.enter(PLACE.model);
      const inputs = this.nextBatch();
      e.sink.begin('forward');
      this.keepWorkspace('forward');
      e.autocast = model.plan.autocast;
      const out = FORWARDS[model.plan.program](e, validating(model), inputs);
      this.output = out.held;
      e.release(out.loss);
    }
    this.forgetOutput();
    e.grad = true;
  }

  private microBatch(micro: number, last: boolean): void {
    const { e, model } = this;
    const { plan } = model;
    if (micro > 0 && plan.program === 'minimind') this.forget();
    e.enter(PLACE.model);
    const inputs = this.nextBatch();
    e.sink.begin('forward');
    this.wrapper.beforeForward(last);
    this.keepWorkspace('forward');
    const program = plan.stage && OBJECTIVES[plan.stage.objective];
    const out = program ? program(e, model, this.reference, inputs) : this.ownLoss(inputs);
    this.forgetGraph();
    e.sink.begin('backward');
    this.wrapper.beforeBackward();
    this.keepWorkspace('backward');
    e.enter(PLACE.above);
    backward(e, out.loss, e.make(1, 'fp32', SEED));
    for (const t of [out.loss, ...out.held]) e.release(t);
    this.graph = e.heldByGraph.splice(0);
    if (!keepsLoss(plan)) this.forgetGraph();
    for (const leaf of out.leaves) {
      e.release(leaf.grad);
      leaf.grad = null;
    }
    this.wrapper.afterBackward();
    this.endBatch();
  }

  /** The loss that the model computes of its own logits. */
  private ownLoss(inputs: Inputs): Output {
    const { e, model } = this;
    const { plan } = model;
    e.autocast = plan.autocast;
    const out = FORWARDS[plan.program](e, model, inputs);
    const held = this.keepOutput(out);
    const scaled = plan.program === 'minimind' ? [e.make(1, 'fp32', SCALED_LOSS), e.make(1, 'fp32', SCALED_LOSS)] : [];
    exitAutocast(e);
    return { ...out, held: [...held, ...scaled] };
  }

  /** Versions that keep cuBLAS workspaces have one a handle, and the thread that runs backward has its own handle. */
  private keepWorkspace(thread: 'forward' | 'backward'): void {
    const { card } = this.e;
    if (!card.keepsWorkspace || this.workspaces.has(thread)) return;
    this.workspaces.add(thread);
    this.e.make(card.workspace, 'u8', WORKSPACE);
  }

  /** A new batch reaches the card before the variable lets the old one go. */
  private nextBatch(): Inputs {
    const { e } = this;
    const { plan } = this.model;
    const n = plan.batch * plan.tokens;
    const ids = e.make(n, 'i64', IDS);
    const labels = keepsBatch(plan) ? [e.make(n, 'i64', LABELS)] : [];
    for (const t of this.batch) e.release(t);
    const mask = plan.mask === 'block' ? e.make(plan.batch * plan.tokens ** 2, plan.compute, BLOCK_MASK) : null;
    const padding = plan.mask === 'padded' || plan.mask === 'full' ? [e.make(n, 'i64', PADDING)] : [];
    const beside = plan.stage ? [e.make(n, 'i64', LABELS), e.make(n, 'i64', PADDING)] : padding;
    const pixels = this.makePixels();
    this.batch = [ids, ...labels, ...pixels];
    this.masks = [...beside, ...(mask ? [mask] : [])];
    return { ids, mask, pixels: pixels[0] ?? null, modelReturned: () => this.forgetOutput() };
  }

  /** Images come as fp32; models that count positions along their axes get these with them. */
  private makePixels(): Tensor[] {
    const { e } = this;
    const { tower, model, batch, tokens } = this.model.plan;
    if (!tower || tower.patches === 0) return [];
    const pixels = e.make(tower.patches * tower.shape.pixels, 'fp32', PIXELS);
    return [pixels, ...(model.traits?.rotaryAxes ? [e.make(3 * batch * tokens, 'i64', POSITIONS)] : [])];
  }

  private endBatch(): void {
    for (const t of this.masks) this.e.release(t);
    this.masks = [];
  }

  /** What becomes of logits when the model has returned. Returned handles live through backward. */
  private keepOutput(out: Output): readonly Tensor[] {
    const { e } = this;
    const { plan } = this.model;
    if (plan.held === 'outputs-through-backward') return out.held;
    if (plan.held === 'logits-until-next-forward' || plan.program === 'minimind') {
      this.forget();
      this.output = out.held;
      return [];
    }
    if (plan.convertsOutput) this.convertOutput(out);
    else for (const t of out.held) e.release(t);
    return [];
  }

  /** accelerate's ConvertOutputsToFp32 surrounds the model's forward, outside autocast. */
  private convertOutput(out: Output): void {
    const { e } = this;
    exitAutocast(e);
    const copies = out.held.map((t) => (t.dtype === 'fp32' ? e.keep(t) : e.make(t.elements, 'fp32', LOGITS_FP32)));
    for (const t of [...out.held, ...copies]) e.release(t);
  }

  /** `del` of the loop's variables. */
  private forget(): void {
    this.forgetOutput();
    if (this.model.plan.program !== 'minimind') return;
    for (const t of this.batch) this.e.release(t);
    this.batch = [];
  }

  private forgetGraph(): void {
    for (const t of this.graph) this.e.release(t);
    this.graph = [];
  }

  private forgetOutput(): void {
    for (const t of this.output) this.e.release(t);
    this.output = [];
  }

  private update(): void {
    const { e } = this;
    e.sink.begin('optimizer');
    e.enter(PLACE.model);
    this.wrapper.update();
  }
}

/** Loops whose own variables hold ids and labels. */
const keepsBatch = ({ program }: Plan): boolean => program === 'minimind' || program === 'litgpt';
/** `loss` stays until the next one is there, and its graph with it. */
const keepsLoss = ({ program }: Plan): boolean => program === 'litgpt';
