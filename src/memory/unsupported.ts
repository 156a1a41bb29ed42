// What this replay does not model, as data: the first feature of a run that has no row in the operation table.

import { ACTIVATION_NAMES } from './ops/activation.ts';
import { programOf } from './optimizers/optimizer.ts';
import { PROGRAMS } from './program.ts';
import type { TrainingRun } from './run.ts';
import type { ModelShape } from './shape.ts';
import { stackAdapters } from './stack-adapters.ts';
import { stagePlanOf } from './stages/stage-plan.ts';
import { FACTS, isBefore, valueIn } from './versions.ts';

export interface Refusal {
  readonly field: string;
  readonly value: string;
}

type Known = readonly (readonly [
  field: string,
  value: (run: TrainingRun, model: ModelShape) => unknown,
  known: readonly unknown[],
])[];

/** Replacement kernels that have rows in the operation table; cross-entropy among them is the business of `loss.kind`. */
const KERNELS: ReadonlySet<string> = new Set([
  'liger',
  'fused-norm',
  'fused-rope',
  'fused-mlp',
  'fused-cross-entropy',
  'cut-cross-entropy',
  'lora-qkv',
  'lora-o',
  'lora-mlp',
]);

const SHARDS_WEIGHTS: ReadonlySet<string> = new Set(['zero3', 'fsdp1', 'fsdp2', 'hsdp']);

/** Losses of TRL 0.15 to 1.14: log-probabilities row by row, and pieces that are checkpointed (sft_trainer.py 1.10). */
const NOT_REPLAYED: ReadonlySet<string> = new Set(['row-after-row', 'checkpointed-pieces']);

/** Each field with the values that are modelled. */
const KNOWN: Known = [
  ['model.family', (_, m) => m.program ?? m.family, PROGRAMS],
  ['model.activation', (_, m) => m.traits?.activation, [undefined, ...ACTIVATION_NAMES]],
  [
    'framework.name',
    (r, m) => (r.framework.name === 'torchtune' && m.program === 'torchtune' ? 'its own program' : r.framework.name),
    ['its own program', 'transformers', 'llama-factory', 'minimind', 'trl', 'axolotl', 'ms-swift', 'litgpt'],
  ],
  ['framework.kernels', (r) => r.framework.kernels.find((k) => !KERNELS.has(k)), [undefined]],
  ['framework.kernels', (r, m) => unfitLoraKernel(r, m), [undefined]],
  // LitGPT always compiles when it pre-trains: the eager step is what it takes at most.
  ['framework.compile', (r) => r.framework.compile && !isLitgpt(r), [false]],
  ['stage', (r) => r.stage, ['pretrain', 'sft', 'reward', 'dpo', 'ipo', 'orpo', 'simpo', 'kto']],
  [
    'stage',
    (r, m) => stagePlanOf(r) !== null && (m.program === 'minimind' || m.program === 'torchtune') && r.stage,
    [false],
  ],
  // A second model would lie in parts as well.
  [
    'reference',
    (r) => (SHARDS_WEIGHTS.has(r.parallel.strategy) ? r.reference : 'none'),
    ['none', 'adapter-off', 'precomputed'],
  ],
  ['method.kind', (r) => (isLitgpt(r) ? null : r.method.kind), [null, 'full', 'lora', 'freeze', 'badam']],
  ['method.dora', (r, m) => r.method.dora && m.program === 'minimind', [false]],
  ['weights.quantization', (r) => r.weights.quantization, ['none', 'nf4', 'nf4-double', 'fp4', 'int8', 'gptq', 'awq']],
  ['weights.master', (r) => r.weights.master !== 'none' && !isDeepspeed(r) && r.weights.master, [false]],
  ['weights.linear', (r) => r.weights.linear, ['none']],
  // torchtune's flex attention of packed rows keeps what a flash kernel keeps.
  [
    'attention',
    (r, m) => (m.program === 'torchtune' && r.attention === 'flex' ? 'flash' : r.attention),
    ['flash', 'mem-efficient', 'math', 'sdpa', 'eager'],
  ],
  ['loss.kind', (r) => r.loss.kind, ['full', 'liger', 'chunked', 'cut', 'fused']],
  ['loss.form', (r) => (NOT_REPLAYED.has(r.loss.form ?? '') ? r.loss.form : null), [null]],
  ['checkpointing.kind', (r) => r.checkpointing.kind, ['none', 'full']],
  ['optimizer.name', (r) => (programOf(r.optimizer) ? null : r.optimizer.name), [null]],
  ['optimizer.inBackward', (r) => r.optimizer.inBackward && r.batch.accumulation > 1, [false]],
  ['parallel.strategy', (r) => (r.parallel.gpus > 1 && r.parallel.strategy === 'none' ? 'none' : null), [null]],
  [
    'parallel.strategy',
    (r) => (isAlone(r) ? 'none' : r.parallel.strategy),
    ['none', 'ddp', 'zero1', 'zero2', 'zero3', 'fsdp2', 'hsdp'],
  ],
  ['parallel.strategy', (r, m) => (isFsdp2(r) && !shardsBlocks(r, m) ? r.parallel.strategy : null), [null]],
  // Weights gathered on demand need hooks around every module that has some.
  ['parallel.strategy', (r, m) => (isZero3(r) && !gathersModules(r, m) ? 'zero3' : null), [null]],
  ['parallel.tensor', (r) => r.parallel.tensor, [1]],
  ['parallel.pipeline', (r) => r.parallel.pipeline, [1]],
  ['parallel.context', (r) => r.parallel.context, [1]],
  ['parallel.expert', (r) => r.parallel.expert, [1]],
  ['parallel.offload', (r) => r.parallel.offload, ['none', 'optimizer', 'parameters', 'both']],
  ['parallel.offload', (r) => !isDeepspeed(r) && !isFsdp2(r) && r.parallel.offload, [false, 'none']],
];

/** LitGPT's module stands in for every family's own, and nothing replaces its parts. */
const KNOWN_OF_LITGPT: Known = [
  ['model.family', (_, m) => (m.program === 'litgpt' ? null : m.family), [null]],
  ['framework.kernels', (r) => r.framework.kernels[0], [undefined]],
  ['stage', (r) => r.stage, ['pretrain', 'sft']],
  ['method.kind', (r) => r.method.kind, ['full', 'lora', 'adapter-v1', 'adapter-v2']],
  // int8-training leaves the weights in 16 bits.
  ['weights.quantization', (r) => r.weights.quantization, ['none', 'nf4', 'nf4-double', 'fp4']],
  ['parallel.gpus', (r) => r.parallel.gpus, [1]],
  ['checkpointing.kind', (r) => r.checkpointing.kind, ['none']],
];

/** LitGPT shards only where there are several GPUs. */
const isAlone = (r: TrainingRun): boolean => isLitgpt(r) && r.parallel.gpus === 1;
const isLitgpt = ({ framework }: TrainingRun): boolean => framework.name === 'litgpt';
/** Hybrid sharding of FSDP1 names its ShardingStrategy. */
const isFsdp2 = ({ parallel }: TrainingRun): boolean => parallel.strategy === 'fsdp2' || parallel.strategy === 'hsdp';
const shardsBlocks = ({ weights, parallel }: TrainingRun, m: ModelShape): boolean =>
  !m.tower &&
  weights.quantization === 'none' &&
  m.program !== 'minimind' &&
  parallel.settings.sharding === undefined &&
  !m.kinds.some((k) => k.experts);
const isZero3 = ({ parallel }: TrainingRun): boolean => parallel.strategy === 'zero3';
const gathersModules = ({ method, weights, loss, framework }: TrainingRun, m: ModelShape): boolean =>
  (m.program === 'llama' || m.program === 'gemma') &&
  !m.tower &&
  !m.kinds.some((k) => k.experts) &&
  weights.quantization === 'none' &&
  loss.kind === 'full' &&
  framework.kernels.length === 0 &&
  !method.dora;
const isDeepspeed = ({ parallel }: TrainingRun): boolean => parallel.strategy.startsWith('zero');

/** Programs whose projections stand as axolotl's patches of their code expect them (monkeypatch/lora_kernels.py, QKV_PATCHES). */
const TAKES_LORA_KERNELS: ReadonlySet<string> = new Set(['llama', 'sandwich', 'gemma']);
const HEADS = ['self_attn.q_proj', 'self_attn.k_proj', 'self_attn.v_proj'];

/** A fused kernel for adapters where the model has no place for it, or its DoRA or packing is not modelled. */
function unfitLoraKernel({ framework, method, weights }: TrainingRun, m: ModelShape): string | undefined {
  const kernel = framework.kernels.find((name) => name.startsWith('lora-'));
  if (kernel === undefined) return undefined;
  const fits =
    TAKES_LORA_KERNELS.has(m.program ?? '') &&
    !m.traits?.wideHeadNorms &&
    !m.traits?.clampsProjections &&
    m.kinds.every((k) => HEADS.every((name) => k.weights.some((w) => w.name === name))) &&
    ['none', 'nf4', 'nf4-double', 'fp4'].includes(weights.quantization);
  return fits && !method.dora ? undefined : kernel;
}

export function refusalOf(run: TrainingRun, model: ModelShape): Refusal | null {
  for (const [field, read, known] of isLitgpt(run) ? [...KNOWN_OF_LITGPT, ...KNOWN] : KNOWN) {
    const value = read(run, model);
    if (!known.includes(value)) return { field, value: String(value) };
  }
  for (const [name, size] of Object.entries({ micro: run.batch.micro, sequence: run.batch.sequence })) {
    if (!(size > 0 && Number.isFinite(size))) return { field: `batch.${name}`, value: String(size) };
  }
  return model.kinds.some((k) => k.experts) ? refusalOfExperts(run, model) : null;
}

function refusalOfExperts(run: TrainingRun, model: ModelShape): Refusal | null {
  const unknown = model.kinds.find((k) => k.experts && !k.experts.router)?.experts;
  if (unknown) return { field: 'model.experts', value: String(unknown.count) };
  const { experts = 'grouped_mm' } = run.framework;
  if (experts !== 'grouped_mm') return { field: 'framework.experts', value: experts };
  if (!valueIn(run.versions, FACTS.groupsExperts)) return { field: 'framework.experts', value: 'eager' };
  // What a quantiser does with stacked experts has not been traced.
  if (run.weights.quantization !== 'none') return { field: 'weights.quantization', value: run.weights.quantization };
  return run.method.kind === 'lora' ? refusalOfTargets(run, model) : null;
}

/** PEFT refuses dropout, DoRA and half of a fused tensor; before 0.21 it multiplied adapters of stacks out whole. */
function refusalOfTargets(run: TrainingRun, model: ModelShape): Refusal | null {
  const { targets, dropout, dora } = run.method;
  const { ranks, mapped, half } = stackAdapters(run, model);
  const other = dropout > 0 || dora || isBefore(run.versions, 'peft', '0.21') || run.parallel.strategy !== 'none';
  if (half || (ranks.size > 0 && other)) return { field: 'method.targets', value: String(targets) };
  if (targets === 'all-linear') return null;
  const linears = model.kinds.flatMap((k) => k.weights.filter((w) => w.kind === 'linear').map((w) => lastPart(w.name)));
  const known = new Set([...linears, ...mapped]);
  const unknown = targets.map(lastPart).find((t) => !known.has(t));
  return unknown === undefined ? null : { field: 'method.targets', value: unknown };
}
const lastPart = (name: string): string => name.slice(name.lastIndexOf('.') + 1);
