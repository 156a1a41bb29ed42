// The schema of headroom/run@1: what the native file, `--run RUN.json` and rows of truth may say. Strict: an unknown field is an
// error that names it. Its types are held to memory/run.ts by the compiler.

import * as z from 'zod/mini';
import type { RunInput } from '../../memory/run.ts';

const whole = (min: number, about: string) => z.int().check(z.minimum(min), z.maximum(1e9), z.describe(about));
const optional = <T extends z.ZodMiniType>(type: T) => z.exactOptional(type);
const dtype = z.enum(['fp32', 'bf16', 'fp16']);
const text = z.string().check(z.minLength(1), z.maxLength(500));
const flag = z.boolean();

const model = z
  .strictObject({
    id: optional(text.check(z.describe('an id on the Hugging Face Hub, or a folder'))),
    config: optional(
      z.record(z.string(), z.unknown()).check(z.describe('fields of a Hugging Face config.json; they win over the id')),
    ),
    preset: optional(text.check(z.describe('a shape known by name, such as minimind-3'))),
  })
  .check(z.describe('which model: an id, the fields of its config.json, or a preset'));

const framework = z.strictObject({
  name: optional(text),
  kernels: optional(z.array(text)),
  compile: optional(flag),
  compiler: optional(text),
  wrapper: optional(text.check(z.describe('accelerate: its fp32 conversion of outputs surrounds the model'))),
  experts: optional(text),
});

export const stage = z.enum([
  'pretrain',
  'sft',
  'classification',
  'reward',
  'dpo',
  'ipo',
  'kto',
  'orpo',
  'simpo',
  'ppo',
  'grpo',
  'distillation',
]);

const method = z.strictObject({
  kind: optional(
    z.enum([
      'full',
      'lora',
      'freeze',
      'adapter-v1',
      'adapter-v2',
      'oft',
      'loha',
      'lokr',
      'ia3',
      'prompt-tuning',
      'prefix-tuning',
      'galore',
      'badam',
      'lisa',
    ]),
  ),
  rank: optional(whole(1, 'rank of the adapters')),
  targets: optional(
    z
      .union([z.literal('all-linear'), z.array(text)])
      .check(z.describe('projections with adapters, or every linear but the head')),
  ),
  dropout: optional(z.number().check(z.minimum(0), z.maximum(1))),
  dora: optional(flag),
  rslora: optional(flag),
  adapterDtype: optional(dtype),
  trainableLayers: optional(
    z
      .int()
      .check(
        z.minimum(-10_000),
        z.maximum(10_000),
        z.describe('freeze: layers trained, from the end; negative: from the start'),
      ),
  ),
  modulesToSave: optional(z.array(text).check(z.describe('modules trained in full beside adapters'))),
  frozen: optional(
    z
      .array(z.enum(['tower', 'projector', 'language']))
      .check(z.describe('parts of a vision-language model that neither train nor get adapters')),
  ),
  virtualTokens: optional(whole(1, 'tokens of a trained prompt')),
});

const weights = z.strictObject({
  dtype: optional(dtype.check(z.describe('absent: the type of the checkpoint'))),
  quantization: optional(
    z.enum(['none', 'nf4', 'nf4-double', 'fp4', 'int8', 'gptq', 'awq', 'aqlm', 'hqq', 'eetq', 'mxfp4', 'fp8']),
  ),
  quantizer: optional(text),
  kbitUpcast: optional(z.enum(['none', 'norms', 'norms and biases', 'norms and embeddings', 'all'])),
  master: optional(z.enum(['none', 'fp32'])),
  trainableDtype: optional(dtype.check(z.describe('of trained parameters, where it differs from dtype'))),
  gradients: optional(dtype),
  linear: optional(z.enum(['none', 'fp8-tensorwise', 'fp8-rowwise', 'mxfp8', 'nvfp4'])),
});

const loss = z.strictObject({
  kind: optional(z.enum(['full', 'chunked', 'fused', 'liger', 'cut'])),
  upcast: optional(flag.check(z.describe('logits become fp32 before the loss'))),
  form: optional(text),
  held: optional(z.enum(['none', 'outputs-through-backward', 'logits-until-next-forward'])),
  scope: optional(z.enum(['loss', 'head+loss'])),
  chunkTokens: optional(whole(1, 'tokens of a chunk')),
  chunks: optional(whole(1, 'number of chunks')),
  scoredTokens: optional(whole(1, 'tokens of a row whose loss counts, where the others never reach the head')),
  parallel: optional(flag),
  compile: optional(flag),
});

const checkpointing = z.strictObject({
  kind: optional(z.enum(['none', 'full', 'selective', 'selective-op'])),
  reentrant: optional(flag),
  every: optional(whole(1, 'checkpoint every n-th layer')),
  offload: optional(flag),
  policy: optional(text),
});

const optimizer = z.strictObject({
  name: optional(text),
  implementation: optional(z.enum(['foreach', 'fused', 'loop', 'cpu'])),
  library: optional(text),
  bits: optional(z.union([z.literal(32), z.literal(8), z.literal(4)])),
  paged: optional(flag),
  momentum: optional(z.number().check(z.minimum(0), z.maximum(1))),
  stateDtype: optional(dtype),
  embeddings32: optional(flag.check(z.describe('32-bit states for embeddings although the optimizer has 8 bits'))),
  rank: optional(whole(1, 'rank of a projection')),
  inBackward: optional(flag),
});

const batch = z.strictObject({
  micro: whole(1, 'samples in one forward pass on one GPU; a preference sample has two rows'),
  accumulation: optional(whole(1, 'micro-batches before an optimizer step')),
  sequence: whole(1, 'tokens a row, before context parallelism'),
  decoderSequence: optional(whole(1, 'tokens a row of the decoder')),
  packed: optional(flag),
  imageTokens: optional(z.int().check(z.minimum(0), z.describe('tokens of a row that stand for its images'))),
  imagePixels: optional(whole(1, 'pixels of the largest image')),
  evalMicro: optional(whole(1, 'rows of an evaluation batch')),
});

export const reference = z.enum(['model', 'adapter-off', 'precomputed', 'none']);

const rollout = z.strictObject({
  engine: optional(z.enum(['none', 'transformers', 'vllm', 'server'])),
  completionTokens: optional(whole(1, 'tokens written after each prompt; with the prompt they make batch.sequence')),
  rows: optional(whole(1, 'completions written at once on one GPU')),
  share: optional(z.number().check(z.minimum(0), z.maximum(1), z.describe('part of the card that vLLM takes'))),
  sleeps: optional(flag.check(z.describe('vLLM gives its memory back while the model is trained'))),
});

const parallel = z.strictObject({
  gpus: optional(whole(1, 'number of GPUs')),
  strategy: optional(z.enum(['none', 'ddp', 'zero1', 'zero2', 'zero3', 'fsdp1', 'fsdp2', 'hsdp'])),
  data: optional(whole(1, 'data-parallel ranks')),
  tensor: optional(whole(1, 'tensor-parallel ranks')),
  pipeline: optional(whole(1, 'pipeline stages')),
  context: optional(whole(1, 'context-parallel ranks')),
  expert: optional(whole(1, 'expert-parallel ranks')),
  sequenceParallel: optional(flag),
  virtualStages: optional(whole(1, 'virtual pipeline stages')),
  schedule: optional(text),
  paramDtype: optional(dtype),
  reduceDtype: optional(dtype),
  gatherDtype: optional(dtype),
  reshardLast: optional(flag),
  asyncTensor: optional(flag),
  offload: optional(z.enum(['none', 'optimizer', 'parameters', 'both'])),
  settings: optional(z.record(z.string(), z.unknown())),
});

export const runSchema = z
  .strictObject({
    schema: optional(z.literal('headroom/run@1')),
    model,
    framework: optional(framework),
    stage: optional(stage),
    method: optional(method),
    weights: optional(weights),
    autocast: optional(z.enum(['none', 'bf16', 'fp16'])),
    attention: optional(z.enum(['flash', 'mem-efficient', 'math', 'sdpa', 'flex', 'eager'])),
    mask: optional(z.enum(['none', 'full', 'padded', 'block'])),
    loss: optional(loss),
    checkpointing: optional(checkpointing),
    optimizer: optional(optimizer),
    batch,
    reference: optional(reference.check(z.describe('where the log-probabilities compared with come from'))),
    rollout: optional(rollout.check(z.describe('completions written during training'))),
    clip: optional(flag),
    parallel: optional(parallel),
    allocator: optional(z.strictObject({ expandableSegments: optional(flag) })),
    versions: optional(z.record(z.string(), text)),
    gpu: optional(text),
  })
  .check(z.describe('a training run: what is trained, how, on what')) satisfies z.ZodMiniType<RunInput>;

/** The JSON Schema of headroom/run@1, as `headroom schema run` prints it. */
export const runJsonSchema = (): Record<string, unknown> => z.toJSONSchema(runSchema);
