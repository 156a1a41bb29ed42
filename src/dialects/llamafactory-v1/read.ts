// A file of the second generation (USE_V1=1) → a run. It is another program with other defaults: full tuning in fp32 weights,
// bf16 by FSDP2's own mixed precision, plain AdamW, a loss over fp32 logits outside the model.
// Source: src/llamafactory/v1/core/{model_engine,base_trainer}.py, commit ff6d4d12 (0.9.6.dev0).

import type { Attention, Method, Optimizer, Parallel, RunInput, Weights } from '../../memory/run.ts';
import type { MapNode, SourceDoc } from '../../yaml/source-doc.ts';
import { guessDeepspeed, readDeepspeedText } from '../deepspeed-file.ts';
import type { World } from '../dialect.ts';
import { FieldLog, KeyReader } from '../key-reader.ts';
import { readModelReference } from '../model-reference.ts';
import type { Finding, Reading } from '../reading.ts';
import type { Sheet } from '../sheet.ts';
import { boolean, decimal, integer, names, oneOf, text } from '../value-parsers.ts';
import { ourClaim, purposeOf } from './detect.ts';
import { specs } from './keys.ts';

export function read(doc: SourceDoc, world: World): Reading {
  const root = ourClaim(doc)?.root ?? { kind: 'map', entries: [], span: { start: 0, end: 0 } };
  const purpose = purposeOf(root);
  const nothing = {
    dialect: 'llamafactory-v1',
    purpose,
    run: null,
    fields: new Map(),
    findings: [],
    assumed: [],
    wanted: [],
  };
  return purpose === 'training' ? { ...nothing, ...readTraining(root, world) } : nothing;
}

function readTraining(root: MapNode, world: World): Omit<Reading, 'dialect' | 'purpose'> {
  const sheet: Sheet = { keys: new KeyReader(root, specs), log: new FieldLog(), world, assumed: [], wanted: [] };
  const plugins: Plugins = {
    peft: sheet.keys.below('peft_config'),
    quant: sheet.keys.below('quant_config'),
    dist: sheet.keys.below('dist_config'),
    optim: sheet.keys.below('optim_config'),
  };
  const run = readRun(sheet, plugins);
  const { log, assumed, wanted, keys } = sheet;
  return {
    run,
    fields: log.fields,
    findings: [...missingModel(run, root), ...keys.findings],
    assumed,
    wanted,
  };
}

function missingModel(run: RunInput | null, root: MapNode): readonly Finding[] {
  const entry = root.entries.find((e) => e.key === 'model');
  return run || !entry ? [] : [{ code: 'missing-model', span: entry.keySpan, args: { key: 'model' } }];
}

interface Plugins {
  readonly peft: KeyReader | undefined;
  readonly quant: KeyReader | undefined;
  readonly dist: KeyReader | undefined;
  readonly optim: KeyReader | undefined;
}

function readRun(sheet: Sheet, plugins: Plugins): RunInput | null {
  const { keys, log, world, wanted, assumed } = sheet;
  const name = log.setIf('model', keys.find('model', text));
  if (name === undefined) return null;
  const reference = readModelReference(name, world);
  wanted.push(...reference.wanted);
  const method = readMethod(sheet, plugins.peft);
  const bf16 = log.set('parallel.paramDtype', keys.get('bf16', boolean));
  const parallel = readParallel(sheet, plugins.dist, bf16);
  const checkpointing = keys.get('enable_activation_checkpointing', boolean);
  const packed = keys.get('batching_strategy', PACKED);
  assumed.push({ field: 'batch.sequence', value: String(keys.get('cutoff_len', tokens).value), why: 'rows-at-cutoff' });
  return {
    schema: 'headroom/run@1',
    model: reference.model,
    framework: { name: 'llama-factory' },
    stage: 'sft',
    method,
    weights: readWeights(sheet, method.kind, plugins.quant),
    autocast: 'none',
    attention: log.set('attention', keys.get('flash_attn', KERNELS)),
    loss: { kind: 'full', form: 'llamafactory-v1' },
    checkpointing: {
      kind: log.set('checkpointing.kind', {
        value: checkpointing.value ? 'full' : 'none',
        origin: checkpointing.origin,
      }),
      reentrant: false,
    },
    optimizer: readOptimizer(sheet, plugins.optim),
    batch: {
      micro: log.set('batch.micro', keys.get('micro_batch_size', integer(1, 1e6))),
      sequence: log.set('batch.sequence', keys.get('cutoff_len', tokens)),
      packed: log.set('batch.packed', packed),
    },
    clip: keys.get('max_grad_norm', decimal(0, 1e9)).value > 0,
    parallel,
    versions: world.versions,
  };
}

const tokens = integer(1, 1e8);
const PACKED = oneOf({ normal: false, padding_free: true, dynamic_batching: false, dynamic_padding_free: true });
const KERNELS = oneOf<Attention>({
  sdpa: 'sdpa',
  auto: 'sdpa',
  eager: 'eager',
  disabled: 'eager',
  flash_attention_2: 'flash',
  fa2: 'flash',
  flash_attention_3: 'flash',
  fa3: 'flash',
});

function readMethod({ log }: Sheet, peft: KeyReader | undefined): Partial<Method> & Pick<Method, 'kind'> {
  const kind = peft?.find('name', oneOf({ lora: 'lora', freeze: 'freeze' } as const));
  if (!peft || !kind) return { kind: log.infer('method.kind', 'full', 'no-peft-config') };
  log.set('method.kind', kind);
  if (kind.value === 'freeze') {
    return {
      kind: 'freeze',
      trainableLayers: log.set('method.trainableLayers', peft.get('freeze_trainable_layers', integer(-10_000, 10_000))),
    };
  }
  const targets = peft.get('target_modules', names);
  const all = targets.value.length === 1 && targets.value[0] === 'all';
  return {
    kind: 'lora',
    rank: log.set('method.rank', peft.get('r', integer(1, 65_536))),
    dropout: log.set('method.dropout', peft.get('lora_dropout', decimal(0, 1))),
    targets: log.set<Method['targets']>('method.targets', {
      value: all ? 'all-linear' : targets.value,
      origin: targets.origin,
    }),
    adapterDtype: 'fp32',
  };
}

/** Full tuning turns the whole model into fp32; freezing only what it trains; adapters leave the checkpoint's type. */
function readWeights({ log, assumed }: Sheet, method: Method['kind'], quant: KeyReader | undefined): Partial<Weights> {
  if (method === 'full') return { dtype: log.infer('weights.dtype', 'fp32', 'v1-full-fp32') };
  log.infer('weights.dtype', 'auto', 'checkpoint-dtype');
  assumed.push({ field: 'weights.dtype', value: 'auto', why: 'checkpoint-dtype' });
  const bits = log.setIf(
    'weights.quantization',
    quant?.find('quantization_bit', oneOf({ '4': 'nf4', '8': 'int8' } as const)),
  );
  return {
    ...(bits ? { quantization: bits, quantizer: 'bitsandbytes' } : {}),
    ...(method === 'freeze' ? { trainableDtype: 'fp32' } : {}),
  };
}

function readOptimizer({ log }: Sheet, optim: KeyReader | undefined): Partial<Optimizer> {
  const name = optim?.find('name', oneOf({ muon: 'muon' }));
  if (name)
    return { name: log.set('optimizer.name', name), implementation: 'loop', library: 'llamafactory', momentum: 0.95 };
  return { name: log.infer('optimizer.name', 'adamw', 'v1-adamw'), implementation: 'foreach' };
}

function readParallel(sheet: Sheet, dist: KeyReader | undefined, bf16: boolean): Partial<Parallel> {
  const { keys, log, assumed, world, wanted } = sheet;
  assumed.push({ field: 'parallel.gpus', value: '1', why: 'gpus-not-in-file' });
  const context = log.set('parallel.context', keys.get('cp_size', integer(1, 1024)));
  const engine = dist?.find('name', oneOf({ fsdp2: 'fsdp2', fsdpturbo: 'fsdp2', deepspeed: 'deepspeed' } as const));
  if (engine?.value === 'fsdp2') {
    return {
      context,
      strategy: log.set('parallel.strategy', { value: 'fsdp2', origin: engine.origin }),
      ...(bf16 ? { paramDtype: 'bf16' } : {}),
    };
  }
  const path = engine ? dist?.find('config_file', text) : undefined;
  if (!path) return { context };
  const content = world.file(path.value);
  if (content === undefined) wanted.push(path.value);
  const plan = (typeof content === 'string' ? readDeepspeedText(content) : null) ?? guessDeepspeed(path.value);
  return plan
    ? { context, ...plan, strategy: log.set('parallel.strategy', { value: plan.strategy, origin: path.origin }) }
    : { context };
}
