// A config of torchtune → a run. Everything is in one type (`dtype`): weights, gradients, optimizer states, adapters; no autocast.
// Source: recipes/*.py, 0.7.0.

import type { Dtype, Parallel, RunInput } from '../../memory/run.ts';
import type { MapNode, SourceDoc } from '../../yaml/source-doc.ts';
import { has } from '../clues.ts';
import type { World } from '../dialect.ts';
import { interpolated } from '../interpolation.ts';
import { FieldLog, KeyReader } from '../key-reader.ts';
import type { Finding, Reading } from '../reading.ts';
import type { Sheet } from '../sheet.ts';
import { boolean, decimal, integer, names } from '../value-parsers.ts';
import { olderThan } from '../versions.ts';
import { ourClaim, purposeOf } from './detect.ts';
import { specs } from './keys.ts';
import { readMethod, readModel, readQuantization } from './model.ts';
import { type Recipe, recipeOf } from './recipe.ts';
import { DTYPES, needed, type Parts, readBatch, readCheckpointing, readLoss, readOptimizer } from './training.ts';

export function read(doc: SourceDoc, world: World): Reading {
  const written = ourClaim(doc)?.root ?? { kind: 'map', entries: [], span: { start: 0, end: 0 } };
  const purpose = purposeOf(written);
  const nothing = { run: null, fields: new Map(), findings: [], assumed: [], wanted: [] };
  const training =
    purpose === 'training' ? readTraining(interpolated(written), recipeOf(doc, written), world) : nothing;
  return { dialect: 'torchtune', purpose, ...training };
}

/** PPO calls what it trains `policy_model`. */
const modelKey = (root: MapNode): string => (has(root, 'policy_model') ? 'policy_model' : 'model');

function readTraining(root: MapNode, recipe: Recipe, world: World): Omit<Reading, 'dialect' | 'purpose'> {
  const sheet: Sheet = { keys: new KeyReader(root, specs), log: new FieldLog(), world, assumed: [], wanted: [] };
  const below = (key: string, prefix = key): KeyReader | null => {
    const node = root.entries.find((e) => e.key === key)?.value;
    // A list of data sets: the first one speaks for all.
    const part = node?.kind === 'seq' ? node.items[0] : node;
    return part?.kind === 'map' ? new KeyReader(part, specs, `${prefix}.`) : null;
  };
  const parts: Parts = {
    model: below(modelKey(root), 'model'),
    tokenizer: below('tokenizer'),
    dataset: below('dataset'),
    loss: below('loss'),
    optimizer: below('optimizer'),
  };
  const run = readRun(sheet, parts, recipe);
  const { log, keys, assumed, wanted } = sheet;
  const nested = Object.values<KeyReader | null>({ ...parts }).flatMap((reader) => reader?.findings ?? []);
  const findings = [...missingModel(run, root), ...keys.findings, ...nested];
  return { run, fields: log.fields, findings, assumed, wanted };
}

function missingModel(run: RunInput | null, root: MapNode): readonly Finding[] {
  const key = modelKey(root);
  const span = root.entries.find((e) => e.key === key)?.keySpan ?? root.entries[0]?.keySpan ?? root.span;
  return run ? [] : [{ code: 'missing-model', span, args: { key } }];
}

function readRun(sheet: Sheet, parts: Parts, recipe: Recipe): RunInput | null {
  const { keys, log, world } = sheet;
  const built = readModel(sheet, parts.model);
  if (!built.model) return null;
  const dtype = needed<Dtype>(sheet, 'weights.dtype', 'dtype', keys.find('dtype', DTYPES), 'bf16');
  const batch = readBatch(sheet, parts, recipe.stage);
  const fp8 = keys.get('enable_fp8_training', boolean);
  return {
    schema: 'headroom/run@1',
    model: built.model,
    framework: {
      name: 'torchtune',
      kernels: keys.has('quantizer') ? ['qat'] : [],
      compile: log.set('framework.compile', keys.get('compile', COMPILES)),
    },
    stage: recipe.stage,
    method: readMethod(sheet, built, parts.model, dtype),
    weights: {
      dtype,
      ...readQuantization(sheet, built, parts.model),
      ...(fp8.value ? { linear: log.set('weights.linear', { value: 'fp8-tensorwise', origin: fp8.origin }) } : {}),
    },
    autocast: 'none',
    // A packed batch carries a block mask, which only flex attention takes (data/_collate.py, modules/attention_utils.py).
    attention: batch.packed ? 'flex' : 'sdpa',
    mask: 'none',
    loss: readLoss(sheet, parts.loss),
    checkpointing: readCheckpointing(sheet),
    optimizer: readOptimizer(sheet, parts.optimizer),
    batch,
    clip: log.setIf('clip', positive(keys)) ?? false,
    parallel: readParallel(sheet, recipe),
    // torchtune/__init__.py sets PYTORCH_CUDA_ALLOC_CONF from 0.7 on.
    allocator: { expandableSegments: !olderThan(world.versions.torchtune, '0.7') },
    versions: world.versions,
  };
}

/** `compile: {model: true, loss: false}` compiles parts. */
const COMPILES = {
  expected: boolean.expected,
  parse: (node: Parameters<typeof boolean.parse>[0]) => (node.kind === 'map' ? true : boolean.parse(node)),
};

function positive(keys: KeyReader): { value: boolean; origin: ReturnType<KeyReader['get']>['origin'] } | undefined {
  const norm = keys.find('clip_grad_norm', decimal(0, 1e9));
  return norm && { value: norm.value > 0, origin: norm.origin };
}

const degree = integer(1, 4096);

/** FSDP2 on each layer and on the root, in the type of the weights (training/_distributed.py, shard_model). */
function readParallel(sheet: Sheet, recipe: Recipe): Partial<Parallel> {
  const { keys, log, assumed } = sheet;
  if (!recipe.distributed) {
    log.infer('parallel.strategy', 'none', 'recipe-of-one-gpu');
    return { gpus: 1 };
  }
  const place = recipe.span ? { span: recipe.span } : {};
  const set = <T>(field: string, value: T): T => {
    log.fields.set(field, { value, origin: { kind: 'inferred', why: 'recipe-distributed', ...place } });
    return value;
  };
  if (recipe.gpus === null) assumed.push({ field: 'parallel.gpus', value: '1', why: 'gpus-not-in-file' });
  const replicas = keys.get('data_parallel_replicate_dim', degree);
  const alone = keys.find('custom_sharded_layers', names)?.value ?? [];
  return {
    ...(recipe.gpus === null ? {} : { gpus: set('parallel.gpus', recipe.gpus) }),
    strategy: set('parallel.strategy', replicas.value > 1 ? 'hsdp' : 'fsdp2'),
    tensor: log.set('parallel.tensor', keys.get('tensor_parallel_dim', degree)),
    context: log.set('parallel.context', keys.get('context_parallel_dim', degree)),
    offload: keys.get('fsdp_cpu_offload', boolean).value ? 'both' : 'none',
    settings: {
      reshardAfterForward: keys.get('fsdp_reshard_after_forward', boolean).value,
      ...(alone.includes('tok_embeddings') ? { wrap: 'embed | blocks | head' } : {}),
      ...(replicas.value > 1 && recipe.gpus ? { shardGroup: Math.ceil(recipe.gpus / replicas.value) } : {}),
    },
  };
}
