// How a run of the Trainer is spread over GPUs: its own keys (`deepspeed`, `fsdp`, `fsdp_config`), else the accelerate file it is
// launched with. How many GPUs there are is never among its keys: the launcher says, or takes all it sees.

import type { Autocast, MethodKind, Parallel } from '../../memory/run.ts';
import { parseSource } from '../../yaml/parse.ts';
import type { SourceNode } from '../../yaml/source-doc.ts';
import { type DeepspeedPlan, guessDeepspeed, readDeepspeed, readDeepspeedText } from '../deepspeed-file.ts';
import type { Read } from '../key-reader.ts';
import type { Finding, FindingCode, Origin } from '../reading.ts';
import type { Sheet } from '../sheet.ts';
import { names, pathOrMapping, text } from '../value-parsers.ts';
import { olderThan } from '../versions.ts';
import type { AcceleratePlan } from './accelerate-file.ts';
import { type FsdpPlan, parallelOfFsdp, readFsdp } from './fsdp.ts';
import { readHalf } from './precision.ts';

export interface Sharding {
  readonly engine: 'none' | 'deepspeed' | 'fsdp';
  readonly parallel: Partial<Parallel>;
}

export interface LaunchedSharding extends Sharding {
  /** The type that is computed in, the launcher's word included. */
  readonly half: Read<Autocast>;
  /** FSDP checkpoints activations by itself. */
  readonly checkpoints: boolean;
}

/** What is known of the command that starts the run. */
export interface Launcher {
  readonly file: Read<AcceleratePlan> | null;
  readonly gpus: Read<number> | null;
}
const NO_LAUNCHER: Launcher = { file: null, gpus: null };

interface About {
  readonly method: MethodKind;
  readonly launcher?: Launcher;
  /** The release of transformers, known or the newest that the framework takes. */
  readonly transformers: string | undefined;
}

export function readSharding(sheet: Sheet, { method, launcher = NO_LAUNCHER, transformers }: About): LaunchedSharding {
  const half = halfOf(sheet, launcher);
  const gpus = { ...launcher.file?.value.parallel, ...gpusOf(sheet, launcher) };
  const deepspeed = readDeepspeedKey(sheet) ?? launchedDeepspeed(sheet, launcher);
  if (deepspeed) return { ...deepspeed, half, checkpoints: false, parallel: { ...gpus, ...deepspeed.parallel } };
  const fsdp = readFsdpKeys(sheet, transformers) ?? launchedFsdp(launcher);
  if (fsdp) {
    const parallel = parallelOfFsdp(fsdp.value, half.value, method, sheet.world.versions);
    sheet.log.set('parallel.strategy', { value: parallel.strategy, origin: fsdp.origin });
    return { engine: 'fsdp', half, checkpoints: fsdp.value.checkpoints, parallel: { ...gpus, ...parallel } };
  }
  if (launcher.file?.value.kind === 'other') tellUnknown(sheet, launcher.file);
  const rest = replicated(sheet, launcher);
  return { ...rest, half, checkpoints: false, parallel: { ...gpus, ...rest.parallel } };
}

/** The Trainer's key `deepspeed`; undefined: not in the file. */
export function readDeepspeedKey(sheet: Sheet): Sharding | undefined {
  const key = sheet.keys.find('deepspeed', pathOrMapping);
  if (!key) return undefined;
  const plan =
    key.value.kind === 'map' ? readDeepspeed(key.value) : planOfFile(sheet, text.parse(key.value) ?? '', key.origin);
  if (!plan) sheet.keys.note('unsupported', 'deepspeed', { field: 'parallel.strategy', value: 'deepspeed' });
  return byDeepspeed(sheet, plan, key.origin);
}

export function unsharded({ log }: Sheet): Sharding {
  log.infer('parallel.strategy', 'none', 'one-gpu');
  return { engine: 'none', parallel: {} };
}

function replicated(sheet: Sheet, { gpus }: Launcher): Sharding {
  if (!gpus || gpus.value === 1) return unsharded(sheet);
  const strategy = sheet.log.set('parallel.strategy', { value: 'ddp' as const, origin: gpus.origin });
  return { engine: 'none', parallel: { strategy } };
}

/** Megatron-LM and other hardware: nothing is certain then. */
function tellUnknown({ keys }: Sheet, { origin }: Read<AcceleratePlan>): void {
  const args = { key: 'distributed_type', field: 'parallel.strategy', value: 'accelerate' };
  keys.findings.push({ code: 'unsupported', span: spanOf(origin), args });
}

/** The environment of the launcher counts only where neither `bf16` nor `fp16` is on (training_args.py, __post_init__). */
function halfOf(sheet: Sheet, { file }: Launcher): Read<Autocast> {
  const own = readHalf(sheet);
  const launched = file?.value.mixedPrecision;
  return file && own.value === 'none' && launched ? { value: launched, origin: file.origin } : own;
}

function gpusOf({ log, assumed }: Sheet, { gpus }: Launcher): Partial<Parallel> {
  if (gpus) return { gpus: log.set('parallel.gpus', gpus) };
  assumed.push({ field: 'parallel.gpus', value: '1', why: 'gpus-not-in-file' });
  return {};
}

/** Null: a file of DeepSpeed's that could not be read. */
function byDeepspeed({ log }: Sheet, plan: DeepspeedPlan | null, origin: Origin): Sharding {
  if (!plan) return { engine: 'deepspeed', parallel: {} };
  const { strategy, offload, settings } = plan;
  log.set('parallel.strategy', { value: strategy, origin });
  log.set('parallel.offload', { value: offload, origin });
  return { engine: 'deepspeed', parallel: { strategy, offload, settings } };
}

function launchedDeepspeed(sheet: Sheet, { file }: Launcher): Sharding | undefined {
  if (!file) return undefined;
  const { deepspeed, deepspeedFile } = file.value;
  if (deepspeedFile !== undefined)
    return byDeepspeed(sheet, planOfFile(sheet, deepspeedFile, file.origin), file.origin);
  return deepspeed ? byDeepspeed(sheet, deepspeed, file.origin) : undefined;
}

function readFsdpKeys(sheet: Sheet, transformers: string | undefined): Read<FsdpPlan> | undefined {
  const { keys } = sheet;
  const fsdp = keys.find('fsdp', FSDP_WORDS);
  if (!fsdp || fsdp.value.length === 0) return undefined;
  const config = keys.find('fsdp_config', pathOrMapping);
  const node = config && (config.value.kind === 'map' ? config.value : contentOf(sheet, 'fsdp_config', config.value));
  // transformers 5.6 still takes version 1, 5.10 version 2.
  const newest = olderThan(transformers, '5.7') ? 1 : 2;
  return { value: readFsdp(node, fsdp.value, newest), origin: fsdp.origin };
}

const launchedFsdp = ({ file }: Launcher): Read<FsdpPlan> | undefined =>
  file?.value.fsdp ? { value: file.value.fsdp, origin: file.origin } : undefined;

/** `full_shard auto_wrap offload`, a list of these, or `true`; false and nothing are no FSDP. */
const FSDP_WORDS = {
  expected: 'true, full_shard, shard_grad_op, no_shard, hybrid_shard, offload, auto_wrap',
  parse: (node: SourceNode) =>
    names
      .parse(node)
      ?.flatMap((word) => word.toLowerCase().split(/\s+/))
      .filter((word) => word !== 'false'),
};

/** What is wrong with the file is told where it is named, or where the file is that names it. */
function planOfFile({ world, wanted, keys }: Sheet, path: string, named: Origin): DeepspeedPlan | null {
  const content = world.file(path);
  if (content === undefined) wanted.push(path);
  const plan = typeof content === 'string' ? readDeepspeedText(content) : null;
  const tell = (code: FindingCode, args: Finding['args']): void => {
    keys.findings.push({ code, span: spanOf(named), args: { key: 'deepspeed', ...args } });
  };
  if (typeof content === 'string' && !plan) tell('unreadable-value', { expected: 'a DeepSpeed file', got: path });
  const guess = plan ?? guessDeepspeed(path);
  if (!guess && content === null) tell('missing-file', { path });
  return guess;
}

function spanOf(origin: Origin): Finding['span'] {
  return 'span' in origin && origin.span ? origin.span : { start: 0, end: 0 };
}

/** A JSON file that a key names. */
function contentOf({ world, wanted, keys }: Sheet, key: string, node: SourceNode): SourceNode | undefined {
  const path = text.parse(node) ?? '';
  const content = world.file(path);
  if (content === undefined) wanted.push(path);
  if (content === null) keys.note('missing-file', key, { path });
  const root = typeof content === 'string' ? parseSource(content, 'json').roots[0] : undefined;
  if (typeof content === 'string' && root?.kind !== 'map')
    keys.note('unreadable-value', key, { expected: 'a file with a mapping', got: path });
  return root;
}
