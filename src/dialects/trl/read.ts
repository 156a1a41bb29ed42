// A recipe → a run, section by section, as TRL's trainers would do it.

import type { RunInput, Stage, Weights } from '../../memory/run.ts';
import type { MapNode, SourceDoc } from '../../yaml/source-doc.ts';
import type { World } from '../dialect.ts';
import { readOptim } from '../hugging-face/optim.ts';
import { castByEngine } from '../hugging-face/precision.ts';
import { readClip } from '../hugging-face/schedule.ts';
import { type LaunchedSharding, readSharding } from '../hugging-face/sharding.ts';
import { FieldLog, KeyReader } from '../key-reader.ts';
import type { NamedModel } from '../model-reference.ts';
import type { Finding, Reading } from '../reading.ts';
import type { Sheet } from '../sheet.ts';
import { readAttention } from './attention.ts';
import { ourClaim, purposeOf } from './detect.ts';
import { noteEffects } from './effects.ts';
import { readLauncher } from './launch.ts';
import { adapterType, type ReadMethod, readMethod } from './method.ts';
import { readModel, readWeights } from './model.ts';
import { readReference, readRollout } from './preference.ts';
import { type Release, releaseOf, specsOf, worldOf } from './release.ts';
import { readRows } from './rows.ts';
import { readCheckpointing, readFramework, readLoss } from './schedule.ts';
import { readStage } from './stage.ts';

export function read(doc: SourceDoc, world: World): Reading {
  const claim = ourClaim(doc);
  const root: MapNode = claim?.root ?? { kind: 'map', entries: [], span: { start: 0, end: 0 } };
  const purpose = purposeOf(root);
  const nothing = { dialect: 'trl', purpose, run: null, fields: new Map(), findings: [], assumed: [], wanted: [] };
  if (purpose !== 'training') return nothing;
  const release = releaseOf(root, world);
  const sheet: Sheet = {
    keys: new KeyReader(root, specsOf(release)),
    log: new FieldLog(),
    world: worldOf(release, world),
    assumed: [],
    wanted: [],
  };
  if (release.trl !== world.versions.trl)
    sheet.assumed.push({ field: 'versions.trl', value: String(release.trl), why: 'release-by-keys' });
  const model = readModel(sheet);
  const stage = readStage(sheet, root, doc, world.fileName);
  const run = readRun(sheet, { release, model, stage, doc });
  const missing = model || sheet.keys.findings.some((f) => f.args.key === MODEL) ? [] : [missingModel(root)];
  const { log, keys, assumed, wanted } = sheet;
  const dated = run && { ...run, versions: world.versions };
  return { ...nothing, run: dated, fields: log.fields, findings: [...missing, ...keys.findings], assumed, wanted };
}

const MODEL = 'model_name_or_path';

function missingModel(root: MapNode): Finding {
  const entry = root.entries.find((e) => e.key === MODEL) ?? root.entries[0];
  return { code: 'missing-model', span: entry?.keySpan ?? root.span, args: { key: MODEL } };
}

interface About {
  readonly release: Release;
  readonly model: NamedModel | null;
  readonly stage: Stage;
  readonly doc: SourceDoc;
}

function readRun(sheet: Sheet, { release, model, stage, doc }: About): RunInput | null {
  const method = readMethod(sheet, model);
  const launcher = readLauncher(sheet, doc);
  const sharding = readSharding(sheet, { method: method.kind, launcher, transformers: release.transformers });
  const attention = readAttention(sheet, model);
  const { batch, mask } = readRows(sheet, release, stage, attention);
  const reference = readReference(sheet, release, stage, method.kind);
  const run = {
    framework: readFramework(sheet),
    stage,
    ...typesOf(sheet, release, model, { method, sharding }),
    attention,
    mask,
    loss: readLoss(sheet, release, stage),
    checkpointing: readCheckpointing(sheet, release, sharding.checkpoints),
    optimizer: sheet.log.set('optimizer', readOptim(sheet)),
    batch,
    clip: readClip(sheet),
    parallel: sharding.parallel,
    ...(reference === undefined ? {} : { reference }),
    ...(stage === 'grpo' ? { rollout: readRollout(sheet, release, batch, sharding.parallel.gpus ?? 1) } : {}),
  };
  noteEffects(sheet.keys, method.kind);
  return model && { schema: 'headroom/run@1', model: model.model, ...run };
}

interface Parts {
  readonly method: ReadMethod;
  readonly sharding: LaunchedSharding;
}

/** The types of weights and adapters follow from what loads them, and from what shards them. */
function typesOf(
  sheet: Sheet,
  release: Release,
  model: NamedModel | null,
  { method, sharding }: Parts,
): Pick<RunInput, 'weights' | 'autocast' | 'method'> {
  const { log } = sheet;
  const { value: half, origin } = sharding.half;
  const engine = sharding.engine === 'deepspeed' && half !== 'none' ? half : null;
  // accelerate turns what is trained into fp32 before FSDP shards it.
  const upcasts = sharding.engine === 'fsdp' && half !== 'none' && method.kind === 'full';
  const loaded = readWeights(sheet, release, model, engine !== null || upcasts);
  const cast = engine ? castByEngine(sheet, { value: engine, origin }) : {};
  const upcast: Partial<Weights> = upcasts ? { dtype: log.infer('weights.dtype', 'fp32', 'fsdp-upcasts') } : {};
  const typed =
    method.kind === 'lora'
      ? { ...method, adapterDtype: adapterType(sheet, release, loaded.quantization, engine) }
      : method;
  const autocast = engine ? ('none' as const) : log.set('autocast', sharding.half);
  return { weights: { ...loaded, ...cast, ...upcast }, autocast, method: typed };
}
