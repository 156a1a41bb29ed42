// TrainingRun: the one normal form of "what is trained, how, on what". JSON-serialisable (schema headroom/run@1).
// Every dialect ends here and the replay starts here. A TrainingRun is complete: defaults have been filled in by whoever
// made it, and `defaultRun` holds those of a bare PyTorch + transformers loop.
// Deliberately absent: file positions and origins (they belong to a Reading), and any framework's words.

import { defaultReference, defaultRollout, type Reference, type Rollout, type Stage } from './stage.ts';

export type { Reference, Rollout, Stage };

export type Dtype = 'fp32' | 'bf16' | 'fp16';
export type Autocast = 'none' | 'bf16' | 'fp16';

/** The fields of a Hugging Face config.json, as they stand in the file. */
export type ModelConfig = Readonly<Record<string, unknown>>;
export interface ModelRef {
  readonly id?: string;
  /** Wins over what the id says, field by field. */
  readonly config?: ModelConfig;
  readonly preset?: string;
}

export interface Framework {
  readonly name: string;
  readonly kernels: readonly string[];
  readonly compile: boolean;
  readonly compiler?: string;
  /** `accelerate`: its output conversion to fp32 surrounds the model's forward. */
  readonly wrapper?: string;
  readonly experts?: string;
}

export type MethodKind =
  | 'full'
  | 'lora'
  | 'freeze'
  | 'adapter-v1'
  | 'adapter-v2'
  | 'oft'
  | 'loha'
  | 'lokr'
  | 'ia3'
  | 'prompt-tuning'
  | 'prefix-tuning'
  | 'galore'
  | 'badam'
  | 'lisa';

/** What a trainer can freeze as a whole in a model with a vision tower. */
export type ModelPart = 'tower' | 'projector' | 'language';

export interface Method {
  readonly kind: MethodKind;
  readonly rank: number;
  /** Logical projections (`q_proj` …), or every linear but the head. */
  readonly targets: readonly string[] | 'all-linear';
  readonly dropout: number;
  readonly dora: boolean;
  readonly rslora: boolean;
  readonly adapterDtype: Dtype;
  /** `freeze`: how many layers are trained, counted from the end; negative: from the start. */
  readonly trainableLayers: number;
  /** Modules trained in full beside adapters (`embed_tokens`, `lm_head`), kept with their frozen original. */
  readonly modulesToSave: readonly string[];
  /** Parts of a vision-language model that neither train nor get adapters. */
  readonly frozen: readonly ModelPart[];
  readonly virtualTokens?: number;
}

export type Quantization =
  | 'none'
  | 'nf4'
  | 'nf4-double'
  | 'fp4'
  | 'int8'
  | 'gptq'
  | 'awq'
  | 'aqlm'
  | 'hqq'
  | 'eetq'
  | 'mxfp4'
  | 'fp8';

export interface Weights {
  readonly dtype: Dtype;
  readonly quantization: Quantization;
  readonly quantizer?: string;
  /** Which 16-bit parameters are turned into fp32 after loading: by k-bit preparation, or by axolotl in full tuning. */
  readonly kbitUpcast: 'none' | 'norms' | 'norms and biases' | 'norms and embeddings' | 'all';
  /** An fp32 copy beside 16-bit weights, kept by the optimizer. */
  readonly master: 'none' | 'fp32';
  /** The type of trainable parameters where it differs from `dtype` (LLaMA-Factory turns them into fp32). */
  readonly trainableDtype?: Dtype;
  readonly gradients?: Dtype;
  readonly linear: 'none' | 'fp8-tensorwise' | 'fp8-rowwise' | 'mxfp8' | 'nvfp4';
}

/** `sdpa`: the framework chooses a kernel. The others name one. */
export type Attention = 'flash' | 'mem-efficient' | 'math' | 'sdpa' | 'flex' | 'eager';
/** `padded`: some row of a batch has padding, so an explicit mask reaches attention. `block`: a 4-D mask built by the collator. */
export type Mask = 'none' | 'full' | 'padded' | 'block';

export interface Loss {
  readonly kind: 'full' | 'chunked' | 'fused' | 'liger' | 'cut';
  /** Logits become fp32 before the loss. */
  readonly upcast: boolean;
  /** Code of an older library where it differs. */
  readonly form?: 'transformers-before-4.46' | 'transformers-4.46-to-4.48' | string;
  readonly held: 'none' | 'outputs-through-backward' | 'logits-until-next-forward';
  readonly scope: 'loss' | 'head+loss';
  readonly chunkTokens?: number;
  readonly chunks?: number;
  /** Tokens of a row whose loss counts, where the others never reach the head. Absent: all. */
  readonly scoredTokens?: number;
  readonly parallel?: boolean;
  readonly compile?: boolean;
}

export interface Checkpointing {
  readonly kind: 'none' | 'full' | 'selective' | 'selective-op';
  readonly reentrant: boolean;
  /** Checkpoint every n-th layer. */
  readonly every: number;
  readonly offload: boolean;
  readonly policy?: string;
}

export type OptimizerName =
  | 'adamw'
  | 'adam'
  | 'sgd'
  | 'adafactor'
  | 'lion'
  | 'muon'
  | 'galore'
  | 'apollo'
  | 'adam-mini'
  | 'ademamix'
  | 'rmsprop'
  | 'adagrad'
  | 'lomo'
  | 'adalomo'
  | 'schedule-free'
  | (string & {});

export interface Optimizer {
  readonly name: OptimizerName;
  readonly implementation: 'foreach' | 'fused' | 'loop' | 'cpu';
  readonly library: string;
  readonly bits: 32 | 8 | 4;
  readonly paged: boolean;
  readonly momentum: number;
  /** Absent: the parameter's own. */
  readonly stateDtype?: Dtype;
  /** 32-bit states for embeddings although the optimizer is 8-bit (the HF Trainer registers them so). */
  readonly embeddings32?: boolean;
  readonly rank?: number;
  readonly inBackward: boolean;
}

export interface Batch {
  /** Samples on one GPU in one forward. A preference sample has two rows, chosen and rejected. */
  readonly micro: number;
  readonly accumulation: number;
  /** Tokens a row (global, before context parallelism). */
  readonly sequence: number;
  /** Tokens of a row that stand for its images, where the model has a vision tower. */
  readonly imageTokens?: number;
  /** Pixels of the largest image, where trainers shrink what is larger. */
  readonly imagePixels?: number;
  readonly decoderSequence?: number;
  readonly packed: boolean;
  readonly evalMicro?: number;
}

export type Strategy = 'none' | 'ddp' | 'zero1' | 'zero2' | 'zero3' | 'fsdp1' | 'fsdp2' | 'hsdp';
export interface Parallel {
  readonly gpus: number;
  readonly strategy: Strategy;
  readonly data?: number;
  readonly tensor: number;
  readonly pipeline: number;
  readonly context: number;
  readonly expert: number;
  readonly sequenceParallel: boolean;
  readonly virtualStages?: number;
  readonly schedule?: string;
  readonly paramDtype?: Dtype;
  readonly reduceDtype?: Dtype;
  readonly gatherDtype?: Dtype;
  readonly reshardLast?: boolean;
  readonly asyncTensor?: boolean;
  readonly offload: 'none' | 'optimizer' | 'parameters' | 'both';
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface TrainingRun {
  readonly schema: 'headroom/run@1';
  readonly model: ModelRef;
  readonly framework: Framework;
  readonly stage: Stage;
  readonly method: Method;
  readonly weights: Weights;
  readonly autocast: Autocast;
  readonly attention: Attention;
  readonly mask: Mask;
  readonly loss: Loss;
  readonly checkpointing: Checkpointing;
  readonly optimizer: Optimizer;
  readonly batch: Batch;
  readonly reference: Reference;
  readonly rollout: Rollout;
  readonly clip: boolean;
  readonly parallel: Parallel;
  readonly allocator: { readonly expandableSegments: boolean };
  readonly versions: Readonly<Record<string, string>>;
  readonly gpu?: string;
}

/** A run with holes: what a file or a row of truth states. Sections may be partial; `model` and `batch` may not be missing. */
export type RunInput = {
  readonly model: ModelRef;
  readonly batch: Partial<Batch> & Pick<Batch, 'micro' | 'sequence'>;
} & {
  readonly [K in Exclude<keyof TrainingRun, 'model' | 'batch'>]?: TrainingRun[K] extends object
    ? Partial<TrainingRun[K]>
    : TrainingRun[K];
};

const DEFAULTS: Omit<TrainingRun, 'model' | 'batch' | 'reference' | 'rollout'> = {
  schema: 'headroom/run@1',
  framework: { name: 'transformers', kernels: [], compile: false },
  stage: 'sft',
  method: {
    kind: 'full',
    rank: 8,
    targets: 'all-linear',
    dropout: 0,
    dora: false,
    rslora: false,
    adapterDtype: 'fp32',
    trainableLayers: 2,
    modulesToSave: [],
    frozen: [],
  },
  weights: { dtype: 'fp32', quantization: 'none', kbitUpcast: 'none', master: 'none', linear: 'none' },
  autocast: 'none',
  attention: 'sdpa',
  mask: 'none',
  loss: { kind: 'full', upcast: true, held: 'none', scope: 'loss' },
  checkpointing: { kind: 'none', reentrant: false, every: 1, offload: false },
  optimizer: {
    name: 'adamw',
    implementation: 'fused',
    library: 'torch',
    bits: 32,
    paged: false,
    momentum: 0,
    inBackward: false,
  },
  clip: true,
  parallel: {
    gpus: 1,
    strategy: 'none',
    tensor: 1,
    pipeline: 1,
    context: 1,
    expert: 1,
    sequenceParallel: false,
    offload: 'none',
    settings: {},
  },
  allocator: { expandableSegments: false },
  versions: {},
};

/** Fills every hole with the default of a bare PyTorch + transformers loop (torch 2.15, transformers 5.23). */
export function completeRun(input: RunInput): TrainingRun {
  const d = DEFAULTS;
  const stage = input.stage ?? d.stage;
  const method = { ...d.method, ...input.method };
  const batch = { accumulation: 1, packed: false, ...input.batch };
  return {
    ...d,
    ...input,
    framework: { ...d.framework, ...input.framework },
    method,
    weights: { ...d.weights, ...input.weights },
    loss: { ...d.loss, ...input.loss },
    checkpointing: { ...d.checkpointing, ...input.checkpointing },
    optimizer: { ...d.optimizer, ...input.optimizer },
    batch,
    reference: input.reference ?? defaultReference(stage, method.kind),
    rollout: { ...defaultRollout(stage, batch), ...input.rollout },
    parallel: { ...d.parallel, ...input.parallel },
    allocator: { ...d.allocator, ...input.allocator },
    versions: { ...d.versions, ...(input.versions as TrainingRun['versions'] | undefined) },
  };
}
