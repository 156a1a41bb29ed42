// A file of axolotl → a run, section by section, exactly as the framework would do it.

import type { RunInput } from '../../memory/run.ts';
import type { MapNode, SourceDoc } from '../../yaml/source-doc.ts';
import type { World } from '../dialect.ts';
import { readClip } from '../hugging-face/schedule.ts';
import { FieldLog, KeyReader } from '../key-reader.ts';
import type { Finding, Reading } from '../reading.ts';
import type { Sheet } from '../sheet.ts';
import { readAttention } from './attention.ts';
import { ourClaim, purposeOf } from './detect.ts';
import { noteEffects } from './effects.ts';
import { specs } from './keys/keys.ts';
import { readAdapter, readAdapterDtype, readMethod } from './method.ts';
import { readModel, readQuantization } from './model.ts';
import { readFramework, readLoss } from './plugins.ts';
import { readPrecision } from './precision.ts';
import { readRows } from './rows.ts';
import { fsdpSettings, readSharding } from './sharding.ts';
import { readStage } from './stage.ts';
import { readCheckpointing, readOptimizer } from './step.ts';

export function read(doc: SourceDoc, world: World): Reading {
  const root: MapNode = ourClaim(doc)?.root ?? { kind: 'map', entries: [], span: { start: 0, end: 0 } };
  const purpose = purposeOf(root);
  const nothing = { dialect: 'axolotl', purpose, run: null, fields: new Map(), findings: [], assumed: [], wanted: [] };
  if (purpose !== 'training') return nothing;
  const sheet: Sheet = { keys: new KeyReader(root, specs), log: new FieldLog(), world, assumed: [], wanted: [] };
  const run = readRun(sheet);
  const { keys, log, assumed, wanted } = sheet;
  return { ...nothing, run, fields: log.fields, findings: [...missingModel(keys), ...keys.findings], assumed, wanted };
}

function missingModel(keys: KeyReader): readonly Finding[] {
  const entry = keys.entry('base_model');
  if (!entry || keys.has('base_model')) return [];
  return [{ code: 'missing-model', span: entry.keySpan, args: { key: 'base_model' } }];
}

function readRun(sheet: Sheet): RunInput | null {
  const { log, world } = sheet;
  const model = readModel(sheet);
  const stage = readStage(sheet);
  const adapter = readAdapter(sheet);
  const method = readMethod(sheet, adapter);
  const fsdp = fsdpSettings(sheet);
  const sharding = readSharding(sheet, fsdp);
  const attention = readAttention(sheet, model);
  const { batch, mask } = readRows(sheet, stage, attention);
  const quantization = readQuantization(sheet, model, adapter?.value ?? null);
  const loss = readLoss(sheet);
  const castsBack = adapter !== null || attention.needsHalf || loss.kind === 'cut';
  const { weights, autocast, engineDtype } = readPrecision(sheet, { quantization, sharding, castsBack });
  const adapterDtype =
    engineDtype && method.kind === 'lora'
      ? log.infer('method.adapterDtype', engineDtype, 'deepspeed-casts')
      : readAdapterDtype(sheet, weights.dtype);
  const run: Omit<RunInput, 'model'> = {
    schema: 'headroom/run@1',
    framework: readFramework(sheet, method, stage),
    stage,
    method: method.kind === 'lora' ? { ...method, adapterDtype } : method,
    weights,
    autocast,
    attention: attention.attention,
    mask,
    loss,
    checkpointing: readCheckpointing(sheet, fsdp),
    optimizer: readOptimizer(sheet),
    batch,
    clip: readClip(sheet),
    parallel: sharding.parallel,
    versions: world.versions,
  };
  noteEffects(sheet, method.kind);
  return model && { ...run, model: model.model };
}
