// A file of LLaMA-Factory → a run, section by section, exactly as the framework would do it.

import type { Batch, RunInput } from '../../memory/run.ts';
import type { MapNode, SourceDoc } from '../../yaml/source-doc.ts';
import type { World } from '../dialect.ts';
import { readLaunchComment } from '../hugging-face/launch-comment.ts';
import { readBatch, readClip } from '../hugging-face/schedule.ts';
import { readSharding } from '../hugging-face/sharding.ts';
import { FieldLog, KeyReader } from '../key-reader.ts';
import type { Finding, Reading } from '../reading.ts';
import type { Sheet } from '../sheet.ts';
import { integer } from '../value-parsers.ts';
import { readAttention, readRows } from './attention.ts';
import { ourClaim, purposeOf } from './detect.ts';
import { noteEffects } from './effects.ts';
import { specs } from './keys/keys.ts';
import { type ReadMethod, readMethod } from './method.ts';
import { readModel, readQuantization } from './model.ts';
import { readOptimizer } from './optimizer.ts';
import { type Precision, readPrecision } from './precision.ts';
import { readCheckpointing, readFramework, readLoss } from './schedule.ts';
import { readReference, readStage } from './stage.ts';

export function read(doc: SourceDoc, world: World): Reading {
  const claim = ourClaim(doc);
  const root: MapNode = claim?.root ?? { kind: 'map', entries: [], span: { start: 0, end: 0 } };
  const purpose = purposeOf(root);
  if (purpose !== 'training') return silent(purpose);
  const sheet: Sheet = { keys: new KeyReader(root, specs), log: new FieldLog(), world, assumed: [], wanted: [] };
  const run = readRun(sheet, doc);
  const missing: readonly Finding[] =
    run || sheet.keys.findings.some((f) => f.args.key === 'model_name_or_path')
      ? []
      : [missingModel(root, claim?.reasons[0]?.span ?? root.span)];
  return {
    dialect: 'llamafactory',
    purpose,
    run,
    fields: sheet.log.fields,
    findings: [...missing, ...sheet.keys.findings],
    assumed: sheet.assumed,
    wanted: sheet.wanted,
  };
}

/** Ours, but nothing is trained: nothing is shown. */
const silent = (purpose: Reading['purpose']): Reading => ({
  dialect: 'llamafactory',
  purpose,
  run: null,
  fields: new Map(),
  findings: [],
  assumed: [],
  wanted: [],
});

function missingModel(root: MapNode, first: Finding['span']): Finding {
  const empty = root.entries.find((e) => e.key === 'model_name_or_path');
  return { code: 'missing-model', span: empty?.keySpan ?? first, args: { key: 'model_name_or_path' } };
}

/** The newest that 0.9.5 takes (requirements.txt). */
const NEWEST_TRANSFORMERS = '5.6.0';

function readRun(sheet: Sheet, doc: SourceDoc): RunInput | null {
  const { keys, world } = sheet;
  const model = readModel(sheet);
  const stage = readStage(sheet);
  const method = readMethod(sheet);
  const reference = readReference(sheet, stage, method.kind);
  const sharding = readSharding(sheet, {
    method: method.kind,
    launcher: readLaunchComment(sheet, doc),
    transformers: world.versions.transformers ?? NEWEST_TRANSFORMERS,
  });
  const attention = readAttention(sheet, model);
  const rows = readRows(sheet, stage, attention);
  const batch = readBatch(sheet, rows);
  const checkpointing = readCheckpointing(sheet, method.kind);
  const optimizer = readOptimizer(sheet);
  const rest = { framework: readFramework(sheet), loss: readLoss(sheet, stage), clip: readClip(sheet) };
  const quantization = model ? readQuantization(sheet, model) : null;
  const precision = readPrecision(sheet, quantization ?? { quantization: 'none' }, sharding, method.kind === 'badam');
  noteEffects(keys, method.kind);
  if (!model) return null;
  return {
    schema: 'headroom/run@1',
    model: model.model,
    ...rest,
    stage,
    method: castAdapters(sheet, method, precision),
    weights: precision.weights,
    autocast: precision.autocast,
    attention,
    mask: rows.mask,
    checkpointing,
    optimizer,
    batch: { ...batch, ...largestImage(sheet) },
    reference,
    parallel: sharding.parallel,
    versions: world.versions,
  };
}

/** data/mm_plugin.py shrinks larger ones. */
function largestImage({ keys, log }: Sheet): Pick<Batch, 'imagePixels'> {
  const imagePixels = log.setIf('batch.imagePixels', keys.find('image_max_pixels', integer(1, 1e9)));
  return imagePixels === undefined ? {} : { imagePixels };
}

/** Adapters are fp32 by PEFT, until DeepSpeed's engine casts them with everything else. */
function castAdapters({ log }: Sheet, method: ReadMethod, { engineDtype }: Precision): ReadMethod {
  if (engineDtype === null || method.adapterDtype === undefined) return method;
  return { ...method, adapterDtype: log.infer('method.adapterDtype', engineDtype, 'deepspeed-casts') };
}
