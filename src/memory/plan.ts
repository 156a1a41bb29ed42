// The plan of a replay: everything about a run that is decided before the first allocation.

import { fail, ok, type Result } from '../base/result.ts';
import { type Card, cardOf } from './card.ts';
import type { Gpu } from './gpu.ts';
import { type PackedPlan, packedPlan } from './packed-plan.ts';
import { type ParallelPlan, parallelPlanOf } from './parallel/settings.ts';
import type { ProgramName } from './program.ts';
import type { Attention, Dtype, Mask, TrainingRun } from './run.ts';
import { type LayerShape, type ModelShape, towerWeights } from './shape.ts';
import { stackAdapters } from './stack-adapters.ts';
import { rowsPerSample, type StagePlan, stagePlanOf, turnsDropoutOff } from './stages/stage-plan.ts';
import { isFrozen, type TowerPlan, towerPlanOf } from './tower-plan.ts';
import { type Refusal, refusalOf } from './unsupported.ts';
import { FACTS, isBefore, SIXTEEN_BIT_LOSS, valueIn } from './versions.ts';

export interface LayerPlan {
  readonly shape: LayerShape;
  readonly trainable: boolean;
  /** Its linears may get adapters. */
  readonly adapted: boolean;
  readonly checkpointed: boolean;
}

export interface LoraPlan {
  readonly rank: number;
  readonly dropout: boolean;
  readonly dtype: Dtype;
  readonly dora: boolean;
  /** Last part of a linear's name: `q_proj`. */
  readonly targets: ReadonlySet<string>;
  /** Bare tensors of a mixture with adapters of their own, by name, and the rank of each. */
  readonly stacks: ReadonlyMap<string, number>;
}

/** `current`: loss inside the model. `shifted`: current code that still copies shifted logits. `outside`: before 4.46. */
export type LossForm = 'current' | 'shifted' | 'outside' | 'outside-16-bit' | 'raw' | 'liger' | 'tiled' | 'cut';

/** A loss by pieces of the row. */
export interface ChunkPlan {
  /** Of one row. */
  readonly tokens: number;
  /** Only the loss is cut up, or the head with it. */
  readonly scope: 'loss' | 'head+loss';
  readonly upcast: boolean;
  /** All pieces' logits are made before the first loss. */
  readonly keepsLogits: boolean;
}

export interface Plan {
  readonly program: ProgramName;
  readonly model: ModelShape;
  readonly layers: readonly LayerPlan[];
  readonly tower: TowerPlan | null;
  readonly card: Card;
  /** Rows in one forward. */
  readonly batch: number;
  readonly tokens: number;
  /** Next tokens of a row that are scored, where the others never reach the head. */
  readonly scored: number;
  /** Micro-batches that are replayed in a step. */
  readonly accumulation: number;
  readonly weights: Dtype;
  /** The type trainable parameters are turned into after loading. */
  readonly trainable: Dtype;
  readonly autocast: 'bf16' | 'fp16' | null;
  /** Parameters outside the layers are trained. */
  readonly trainsEnds: boolean;
  readonly lora: LoraPlan | null;
  /** LLaMA-Adapter: tokens of its prompts; `rescales`: every linear has a bias and a scale too (v2). */
  readonly prompt: { readonly tokens: number; readonly rescales: boolean } | null;
  readonly modulesToSave: ReadonlySet<string>;
  readonly packed: PackedPlan | null;
  /** Embedding, head and every norm are turned into fp32 beside 16-bit layers. */
  readonly upcastsEmbeddings: boolean;
  readonly compute: Dtype;
  readonly attention: Exclude<Attention, 'flex'>;
  readonly mask: Mask;
  readonly groupsInSdpa: boolean;
  readonly memEfficientTakesGroups: boolean;
  readonly checkpointing: 'none' | 'full' | 'reentrant';
  /** torchtune's RMSNorm is written out in Python. */
  readonly spellsNorms: boolean;
  /** Packed samples count their positions anew, so torchtune gathers rotary tables by position. */
  readonly restartsPositions: boolean;
  /** The embedding's output becomes a leaf that requires a gradient. */
  readonly inputRequiresGrad: boolean;
  readonly offloadsCheckpoints: boolean;
  /** A checkpointed block makes its input require a gradient (LLaMA-Factory, model_utils/checkpointing.py). */
  readonly blockInputRequiresGrad: boolean;
  readonly loss: LossForm;
  readonly chunk: ChunkPlan | null;
  readonly fusedLoss: boolean;
  readonly held: 'none' | 'outputs-through-backward' | 'logits-until-next-forward';
  readonly convertsOutput: boolean;
  readonly liger: { readonly norm: boolean; readonly mlp: boolean; readonly rope: boolean };
  /** Projections with adapters that run as one function of axolotl's. */
  readonly fusedLora: { readonly qkv: boolean; readonly output: boolean; readonly mlp: boolean };
  /** from_pretrained with a device map takes the whole model's bytes once beforehand, so weights share one segment. */
  readonly warmsAllocator: boolean;
  /** `torch.cuda.empty_cache()` between loading and training. */
  readonly emptiesCache: boolean;
  /** LitGPT puts bitsandbytes' StableEmbedding in place of the token table. */
  readonly replacesTable: boolean;
  /** Rows are cut from a stream of tokens. */
  readonly pretrains: boolean;
  readonly clip: boolean;
  /** BAdam: the trained layer has fp32 copies, and the optimizer sees those. */
  readonly copiesTrained: boolean;
  /** Null: the model's own loss is trained. */
  readonly stage: StagePlan | null;
  /** Null: one process that holds everything. */
  readonly parallel: ParallelPlan | null;
  readonly optimizer: TrainingRun['optimizer'];
}

/** They load with a device map; from_pretrained then takes the memory of the whole model once (transformers 5). */
const WARMS_ALLOCATOR: ReadonlySet<string> = new Set(['llama-factory', 'trl']);

/** trl/scripts/sft.py before 1.5 asks for a device map only where it quantises. */
function warmsAllocator({ framework, weights, versions }: TrainingRun): boolean {
  if (framework.name === 'trl' && weights.quantization === 'none' && isBefore(versions, 'trl', '1.5')) return false;
  return WARMS_ALLOCATOR.has(framework.name);
}

/** litgpt/adapter.py, Config.adapter_prompt_length. */
const PROMPT_TOKENS = 10;

/** The first finds no gradients, the last may reduce them; all between are alike. */
const DISTINCT_MICRO_BATCHES = 3;

export function planOf(run: TrainingRun, model: ModelShape, gpu: Gpu | null): Result<Plan, Refusal> {
  const refusal = refusalOf(run, model);
  if (refusal) return fail(refusal);
  const { program } = model;
  if (!program) return fail({ field: 'model.family', value: model.family });
  const packed = packedPlan(run);
  return ok({
    program,
    model,
    layers: layerPlans(run, model),
    tower: towerPlanOf(run, model),
    card: cardOf(gpu, run.versions),
    batch: run.batch.micro * rowsPerSample(run.stage),
    tokens: run.batch.sequence,
    scored: run.loss.scoredTokens ?? run.batch.sequence,
    accumulation: Math.min(run.batch.accumulation, DISTINCT_MICRO_BATCHES),
    ...typesOf(run),
    trainsEnds: run.method.kind === 'full' && !isFrozen(run, model, 'language'),
    lora: run.method.kind === 'lora' ? loraPlan(run, model) : null,
    prompt: promptOf(run),
    modulesToSave: new Set(run.method.modulesToSave),
    packed,
    upcastsEmbeddings: run.weights.kbitUpcast === 'norms and embeddings',
    attention: attentionOf(run, model),
    mask: run.mask,
    groupsInSdpa: valueIn(run.versions, FACTS.hasGroups) && valueIn(run.versions, FACTS.asksForGroups),
    memEfficientTakesGroups: valueIn(run.versions, FACTS.memEfficientTakesGroups),
    checkpointing: checkpointingOf(run),
    restartsPositions: run.batch.packed,
    spellsNorms: program === 'torchtune' && valueIn(run.versions, FACTS.spellsNorms),
    inputRequiresGrad: inputRequiresGrad(run),
    offloadsCheckpoints: run.checkpointing.offload,
    blockInputRequiresGrad: run.checkpointing.policy === 'trained-layers',
    loss: lossForm(run, model.family),
    chunk: run.loss.kind === 'chunked' && run.loss.form !== 'tiled-head' ? chunkPlan(run) : null,
    fusedLoss: run.loss.kind === 'fused',
    held: program === 'litgpt' ? 'logits-until-next-forward' : run.loss.held,
    convertsOutput: run.framework.wrapper === 'accelerate' && run.autocast !== 'none',
    liger: ligerParts(run),
    fusedLora: fusedLora(run),
    warmsAllocator: warmsAllocator(run),
    emptiesCache: !warmsAllocator(run) && program !== 'litgpt' && program !== 'torchtune',
    replacesTable: program === 'litgpt' && packed !== null && valueIn(run.versions, FACTS.replacesTable),
    pretrains: run.stage === 'pretrain',
    clip: run.clip,
    copiesTrained: run.method.kind === 'badam',
    stage: stagePlanOf(run),
    parallel: parallelPlanOf(run, model),
    optimizer: run.optimizer,
  });
}

function attentionOf({ attention }: TrainingRun, { traits }: ModelShape): Plan['attention'] {
  const kernel = attention === 'flex' ? 'sdpa' : attention;
  return kernel === 'sdpa' && traits?.noSdpa ? 'eager' : kernel;
}

function typesOf({ weights, autocast }: TrainingRun): Pick<Plan, 'weights' | 'trainable' | 'autocast' | 'compute'> {
  const sixteenBit: Dtype = weights.dtype === 'fp32' ? 'bf16' : weights.dtype;
  return {
    weights: weights.dtype,
    trainable: weights.trainableDtype ?? weights.dtype,
    autocast: autocast === 'none' ? null : autocast,
    compute: autocast === 'none' ? sixteenBit : autocast,
  };
}

function checkpointingOf({ checkpointing }: TrainingRun): Plan['checkpointing'] {
  if (checkpointing.kind === 'none') return 'none';
  return checkpointing.reentrant ? 'reentrant' : 'full';
}

const fusedLora = ({ framework: { kernels } }: TrainingRun): Plan['fusedLora'] => ({
  qkv: kernels.includes('lora-qkv'),
  output: kernels.includes('lora-o'),
  mlp: kernels.includes('lora-mlp'),
});

function ligerParts({ framework }: TrainingRun): Plan['liger'] {
  const has = (kernel: string): boolean => framework.kernels.includes('liger') || framework.kernels.includes(kernel);
  return { norm: has('fused-norm'), mlp: has('fused-mlp'), rope: has('fused-rope') };
}

function layerPlans(run: TrainingRun, model: ModelShape): LayerPlan[] {
  const { kind, trainableLayers } = run.method;
  const count = model.layers.length;
  const adapted = !isFrozen(run, model, 'language');
  const isTrained = (i: number): boolean => {
    if (kind === 'badam') return i === 0; // one layer at a time; the lowest costs most
    if (kind !== 'freeze') return kind === 'full' && adapted;
    return trainableLayers >= 0 ? i >= count - trainableLayers : i < -trainableLayers;
  };
  // LLaMA-Factory checkpoints a layer only if something in it is trained.
  const onlyTrained = run.checkpointing.policy === 'trained-layers';
  return model.layers.flatMap((k, i) => {
    const shape = model.kinds[k];
    if (!shape) return [];
    const trainable = isTrained(i);
    const takesPart = !onlyTrained || trainable || kind === 'lora';
    const checkpointed = run.checkpointing.kind !== 'none' && takesPart && (i + 1) % run.checkpointing.every === 0;
    return [{ shape, trainable, adapted, checkpointed }];
  });
}

function loraPlan(run: TrainingRun, model: ModelShape): LoraPlan {
  const { rank, dropout, dora, adapterDtype, targets } = run.method;
  const weights = [
    ...model.kinds.flatMap((k) => k.weights),
    ...(model.tower ? towerWeights(model.tower) : []),
    ...(model.program === 'litgpt' ? model.above : []),
    ...(model.program === 'torchtune' && targets !== 'all-linear' ? model.above : []),
  ];
  const linears = new Set(weights.filter((w) => w.kind === 'linear').map((w) => lastPart(w.name)));
  const chosen = targets === 'all-linear' ? linears : new Set(targets.map(lastPart).filter((t) => linears.has(t)));
  const drops = dropout > 0 && !turnsDropoutOff(run);
  const { ranks, mapped } = stackAdapters(run, model);
  const left = new Set([...chosen].filter((name) => !mapped.has(name)));
  return { rank, dropout: drops, dora, dtype: adapterDtype, targets: left, stacks: ranks };
}

const promptOf = ({ method: { kind, virtualTokens = PROMPT_TOKENS } }: TrainingRun): Plan['prompt'] =>
  kind === 'adapter-v1' || kind === 'adapter-v2' ? { tokens: virtualTokens, rescales: kind === 'adapter-v2' } : null;

export const lastPart = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

/** They do not go through transformers. */
const OWN_LOOPS: ReadonlySet<string> = new Set(['minimind', 'torchtune']);

/**
 * enable_input_require_grads: transformers 5 calls it in gradient_checkpointing_enable, with adapters or not; before that
 * only adapters did. Where the embedding is trained it changes nothing.
 */
function inputRequiresGrad(run: TrainingRun): boolean {
  if (run.checkpointing.kind === 'none' || OWN_LOOPS.has(run.framework.name)) return false;
  if (run.checkpointing.policy === 'trained-layers') return run.method.kind === 'lora';
  return run.method.kind === 'lora' || valueIn(run.versions, FACTS.inputRequiresGrad);
}

/** litgpt's pieces of 128 tokens where nothing is said. */
const DEFAULT_CHUNK = 128;
function chunkPlan({ loss, batch }: TrainingRun): ChunkPlan {
  const tokens = loss.chunkTokens ?? (loss.chunks ? Math.ceil(batch.sequence / loss.chunks) : DEFAULT_CHUNK);
  const keepsLogits = loss.form !== 'head-inside';
  return { tokens: Math.min(tokens, batch.sequence), scope: loss.scope, upcast: loss.upcast, keepsLogits };
}

const LOSS_FORMS: Readonly<Record<string, 'outside' | 'shifted'>> = {
  'transformers-before-4.46': 'outside',
  'transformers-4.46-to-4.48': 'shifted',
};

function lossForm(run: TrainingRun, family: string): LossForm {
  if (run.loss.kind === 'liger') return 'liger';
  if (run.loss.kind === 'cut') return 'cut';
  if (run.loss.form === 'tiled-head') return 'tiled';
  if (run.framework.name === 'torchtune') return 'raw';
  const { form } = run.loss;
  const code = form === undefined ? valueIn(run.versions, FACTS.lossCode) : (LOSS_FORMS[form] ?? 'current');
  // A run that names the form means that code, whatever the family's own was.
  if (form === undefined && code === 'outside' && SIXTEEN_BIT_LOSS.has(family)) return 'outside-16-bit';
  if (code !== 'current') return code;
  return run.loss.upcast ? 'current' : 'raw';
}
