// A file of LitGPT → a run: its own GPT module under Lightning Fabric (litgpt and lightning 0.5.13 and 2.6).

import { resolveModel } from '../../catalogue/resolve-model.ts';
import type { Checkpointing, Loss, ModelRef, Parallel, RunInput } from '../../memory/run.ts';
import type { MapNode, SourceDoc } from '../../yaml/source-doc.ts';
import type { World } from '../dialect.ts';
import { FieldLog, KeyReader } from '../key-reader.ts';
import type { Finding, Reading } from '../reading.ts';
import type { Sheet } from '../sheet.ts';
import { boolean, decimal, integer, oneOf } from '../value-parsers.ts';
import { type Command, readCommand } from './command.ts';
import { ourClaim, purposeOf } from './detect.ts';
import { pretrainSpecs, specs } from './keys.ts';
import { readMethod } from './method.ts';
import { modelKeyOf, readModel } from './model.ts';
import { readOptimizer } from './optimizer.ts';
import { readTypes } from './precision.ts';

const EMPTY: MapNode = { kind: 'map', entries: [], span: { start: 0, end: 0 } };

export function read(doc: SourceDoc, world: World): Reading {
  const root = ourClaim(doc)?.root ?? EMPTY;
  const purpose = purposeOf(root);
  const nothing = { run: null, fields: new Map(), findings: [], assumed: [], wanted: [] };
  return { dialect: 'litgpt', purpose, ...(purpose === 'training' ? readTraining(root, world) : nothing) };
}

function readTraining(root: MapNode, world: World): Omit<Reading, 'dialect' | 'purpose'> {
  const log = new FieldLog();
  const command = readCommand(new KeyReader(root, specs), log, world);
  const table = command.stage === 'pretrain' ? pretrainSpecs : specs;
  const sheet: Sheet = { keys: new KeyReader(root, table), log, world, assumed: [], wanted: [] };
  const section = root.entries.find((e) => e.key === 'train')?.value;
  const train = new KeyReader(section?.kind === 'map' ? section : EMPTY, table, 'train.');
  const model = readModel(sheet, command);
  const run = model && readRun(sheet, train, command, model);
  const findings = [...sheet.keys.findings, ...train.findings];
  return {
    run,
    fields: log.fields,
    findings: run ? findings : [...missingModel(root, command), ...findings],
    assumed: sheet.assumed,
    wanted: sheet.wanted,
  };
}

function missingModel(root: MapNode, command: Command): readonly Finding[] {
  const key = modelKeyOf(command);
  const at = root.entries.find((e) => e.key === key) ?? root.entries[0];
  return at ? [{ code: 'missing-model', span: at.keySpan, args: { key } }] : [];
}

function readRun(sheet: Sheet, train: KeyReader, command: Command, reference: ModelRef): RunInput {
  const { world } = sheet;
  const model = command.stage === 'pretrain' ? tied(reference, train) : reference;
  const { weights, autocast } = readTypes(sheet, command);
  const parallel = readParallel(sheet, command);
  return {
    schema: 'headroom/run@1',
    model,
    framework: { name: 'litgpt', compile: command.stage === 'pretrain' },
    stage: command.stage,
    method: readMethod(sheet, command, weights.dtype),
    weights,
    autocast,
    loss: lossOf(command),
    checkpointing: checkpointingOf(sheet, command, parallel),
    optimizer: readOptimizer(sheet, command, weights.quantization !== undefined),
    batch: readBatch(sheet, train, command, { model, gpus: parallel.gpus ?? 1 }),
    clip: readClip(sheet, train, command),
    parallel,
    versions: world.versions,
  };
}

/** Fine-tuning holds table and head apart whatever the checkpoint does; pre-training can tie them. */
function tied({ config, ...reference }: ModelRef, train: KeyReader): ModelRef {
  return { ...reference, config: { ...config, tie_word_embeddings: train.get('tie_embeddings', boolean).value } };
}

/** chunked_cross_entropy by 128 tokens; LoRA and adapters cut the head with it (`lm_head_chunk_size=128`). */
const lossOf = ({ method }: Command): Partial<Loss> => ({
  kind: 'chunked',
  chunkTokens: 128,
  scope: method === 'full' ? 'loss' : 'head+loss',
  held: 'logits-until-next-forward',
});

const GPUS = oneOf<'auto'>({ auto: 'auto', '-1': 'auto' }, ['auto']);
const COUNT = integer(1, 1e5);
const DEVICES = {
  expected: `auto, or ${COUNT.expected}`,
  parse: (node: Parameters<typeof COUNT.parse>[0]): number | 'auto' | undefined =>
    GPUS.parse(node) ?? COUNT.parse(node),
};

function readParallel({ keys, log, assumed }: Sheet, { method, stage }: Command): Partial<Parallel> {
  const devices = keys.get('devices', DEVICES);
  const nodes = keys.get('num_nodes', COUNT).value;
  // FSDP2 for LoRA (ModelParallelStrategy), FSDP elsewhere; in pre-training HYBRID_SHARD, one copy a node.
  const sharding = method === 'lora' ? 'fsdp2' : 'fsdp1';
  const settings = stage === 'pretrain' ? { settings: { sharding: 'HYBRID_SHARD' } } : {};
  if (devices.value === 'auto') {
    assumed.push({ field: 'parallel.gpus', value: '1', why: 'gpus-not-in-file' });
    return { strategy: log.infer('parallel.strategy', sharding, 'litgpt-shards'), ...settings };
  }
  const gpus = log.set('parallel.gpus', { value: devices.value * nodes, origin: devices.origin });
  if (gpus === 1) return { gpus };
  return { gpus, strategy: log.infer('parallel.strategy', sharding, 'litgpt-shards', devices.origin), ...settings };
}

/** Blocks are checkpointed only where fine-tuning is sharded: there is no switch. */
function checkpointingOf({ log }: Sheet, { stage }: Command, { gpus = 1 }: Partial<Parallel>): Partial<Checkpointing> {
  const kind = stage === 'sft' && gpus > 1 ? 'full' : 'none';
  return { kind: log.infer('checkpointing.kind', kind, 'litgpt-checkpointing'), reentrant: false };
}

/** Fine-tuning has no other limit than its samples; instruction data seldom have longer ones. */
const USUAL_LONGEST = 2048;
const tokens = integer(1, 1e8);

function readBatch(
  { log, assumed, world }: Sheet,
  train: KeyReader,
  { stage }: Command,
  { model, gpus }: { readonly model: ModelRef; readonly gpus: number },
): RunInput['batch'] {
  const micro = log.set('batch.micro', train.get('micro_batch_size', integer(1, 1e6)));
  const global = train.get('global_batch_size', integer(1, 1e8));
  const accumulation = Math.max(1, Math.floor(Math.floor(global.value / gpus) / micro));
  log.set('batch.accumulation', { value: accumulation, origin: global.origin });
  const limit = log.setIf('batch.sequence', train.find('max_seq_length', tokens));
  const packed = stage === 'pretrain'; // data modules cut one stream of tokens
  if (limit !== undefined && packed) return { micro, accumulation, sequence: limit, packed };
  const found = resolveModel(model, world.file);
  const context = (found.kind === 'known' ? found.shape.maxPositions : undefined) ?? USUAL_LONGEST;
  if (packed) return { micro, accumulation, sequence: log.infer('batch.sequence', context, 'model-context'), packed };
  const sequence = limit ?? Math.min(context, USUAL_LONGEST);
  const why = limit === undefined ? 'longest-sample-unknown' : 'rows-at-cutoff';
  assumed.push({ field: 'batch.sequence', value: String(sequence), why });
  return { micro, accumulation, sequence, packed };
}

/** Fine-tuning refuses `max_norm`. */
function readClip({ log }: Sheet, train: KeyReader, { stage }: Command): boolean {
  if (stage !== 'pretrain') return false;
  const norm = train.get('max_norm', decimal(0, 1e9));
  return log.set('clip', { value: norm.value > 0, origin: norm.origin });
}
