// Steps of training with numbers, and what the last of them took. Optimizer states exist from the end of the first on.

import type { Plan } from '../../memory/plan.ts';
import type { MeasuredPhase, Moments, StepBytes } from '../measured.ts';
import type { Tf } from '../tf.ts';
import { backward } from './backward.ts';
import { Buffers } from './buffers.ts';
import { type Decoder, forward } from './decoder.ts';
import { Graph, type Value } from './graph.ts';
import type { LoraSettings } from './linear.ts';
import { loadModel, type Model } from './model.ts';
import { optimizerStep, type States } from './optimizers.ts';
import { DECODERS } from './programs.ts';

export interface TrainedStep extends StepBytes {
  /** The most that stood at any time, kernels' scratch included. */
  readonly highest: number;
  readonly moments: readonly Moments[];
  readonly loss: number;
  readonly seconds: number;
}

const LORA_SCALING = 2;

export class Training {
  readonly graph: Graph;
  readonly model: Model;
  private readonly lora: LoraSettings;
  private readonly decoder: Decoder;
  private readonly batch: { readonly ids: Value; readonly targets: Value };
  private readonly states: States = new Map();
  private steps = 0;
  private saved: StepBytes['saved'] = {};

  constructor(tf: Tf, plan: Plan, dropout = 0) {
    const decoder = DECODERS[plan.program];
    if (!decoder) throw new Error(`no program for ${plan.program}`);
    this.decoder = decoder;
    this.lora = { scaling: LORA_SCALING, dropout: plan.lora?.dropout ? dropout || 0.05 : 0 };
    this.graph = new Graph(tf, new Buffers(tf));
    this.graph.buffers.begin('load');
    this.model = loadModel(this.graph, plan);
    this.batch = makeBatch(this.graph, plan);
  }

  /** Forward, loss, backward: gradients are left at the parameters. Returns the loss. */
  private pass(): number {
    const { graph, model } = this;
    this.begin('forward');
    const [loss, logits] = forward(graph, this.decoder, model, this.batch, this.lora);
    const [number = Number.NaN] = loss.tensor.dataSync();
    graph.release(logits);
    this.saved = graph.buffers.alive();
    this.begin('backward');
    backward(graph, loss);
    graph.release(loss);
    return number;
  }

  private begin(phase: MeasuredPhase): void {
    this.graph.place = 'model';
    this.graph.buffers.begin(phase);
  }

  step(): TrainedStep {
    const { graph, model, states } = this;
    const began = performance.now();
    graph.buffers.highest = graph.buffers.live;
    const loss = this.pass();
    this.begin('optimizer');
    this.steps++;
    optimizerStep(graph, model.plan.optimizer, model.parameters, states, this.steps);
    for (const parameter of model.parameters) {
      graph.release(parameter.gradient);
      parameter.gradient = null;
    }
    const seconds = (performance.now() - began) / 1000;
    return {
      saved: this.saved,
      segments: graph.buffers.segments.all(),
      highest: graph.buffers.highest,
      moments: graph.buffers.moments(),
      loss,
      seconds,
    };
  }

  /** Gives everything back: the next size begins with an empty backend. */
  dispose(): void {
    const { graph, model, batch, states } = this;
    for (const values of states.values()) for (const value of values) graph.release(value);
    for (const { value } of model.parameters) graph.release(value);
    graph.release(batch.ids);
    graph.release(batch.targets);
    graph.buffers.detach();
  }

  /** Loss and gradients by parameter, for tests. */
  gradients(): { readonly loss: number; readonly of: ReadonlyMap<string, Float32Array> } {
    const loss = this.pass();
    const entries = this.model.parameters.flatMap(({ name, gradient }): [string, Float32Array][] =>
      gradient ? [[name, gradient.tensor.dataSync() as Float32Array]] : [],
    );
    return { loss, of: new Map(entries) };
  }
}

/** Ids that cover the vocabulary; the target of a token is the next one. */
function makeBatch(graph: Graph, { batch, tokens, model }: Plan): { readonly ids: Value; readonly targets: Value } {
  const count = batch * tokens;
  const idAt = (i: number): number => (i * 7919 + 13) % model.vocabulary;
  const tensor = (shift: number): Value =>
    graph.make(
      (tf) =>
        tf.tensor1d(
          Int32Array.from({ length: count }, (_, i) => idAt(i + shift)),
          'int32',
        ),
      'buffers',
    );
  return { ids: tensor(0), targets: tensor(1) };
}
