// A file of ms-swift → a run, section by section, exactly as the framework would do it.

import type { RunInput } from '../../memory/run.ts';
import type { MapNode, SourceDoc } from '../../yaml/source-doc.ts';
import { has } from '../clues.ts';
import type { World } from '../dialect.ts';
import { readClip } from '../hugging-face/schedule.ts';
import { FieldLog, KeyReader } from '../key-reader.ts';
import type { Finding, Reading } from '../reading.ts';
import type { Sheet } from '../sheet.ts';
import { text } from '../value-parsers.ts';
import { ourClaim, purposeOf } from './detect.ts';
import { noteEffects } from './effects.ts';
import { specs } from './keys/keys.ts';
import { readMethod, readStage } from './method.ts';
import { readModel, readQuantization } from './model.ts';
import { readPrecision, readTypes } from './precision.ts';
import { readAttention, readRows } from './rows.ts';
import { readSharding } from './sharding.ts';
import { readCheckpointing, readFramework, readLoss, readOptimizer } from './step.ts';

export function read(doc: SourceDoc, world: World): Reading {
  const claim = ourClaim(doc);
  const root: MapNode = flattened(claim?.root ?? { kind: 'map', entries: [], span: { start: 0, end: 0 } });
  const purpose = purposeOf(root);
  const nothing = { dialect: 'ms-swift', purpose, run: null, fields: new Map(), findings: [], assumed: [], wanted: [] };
  if (purpose !== 'training') return nothing;
  const sheet: Sheet = { keys: new KeyReader(root, specs), log: new FieldLog(), world, assumed: [], wanted: [] };
  const run = readRun(
    sheet,
    MEGATRON.some((key) => has(root, key)),
  );
  const { keys, log, assumed, wanted } = sheet;
  const missing: readonly Finding[] = run ? [] : [missingModel(root, claim?.reasons[0]?.span ?? root.span)];
  return { ...nothing, run, fields: log.fields, findings: [...missing, ...keys.findings], assumed, wanted };
}

/** Runs on Ray keep the trainer's part below `train`. */
function flattened(root: MapNode): MapNode {
  const train = root.entries.find((e) => e.key === 'train')?.value;
  return train?.kind === 'map' ? { ...root, entries: [...root.entries, ...train.entries] } : root;
}

/** Arguments of `megatron sft` alone: another engine under the same roof. */
const MEGATRON = ['micro_batch_size', 'global_batch_size', 'tensor_model_parallel_size', 'recompute_granularity'];

function missingModel(root: MapNode, first: Finding['span']): Finding {
  const empty = root.entries.find((e) => e.key === 'model');
  return { code: 'missing-model', span: empty?.keySpan ?? first, args: { key: 'model' } };
}

function readRun(sheet: Sheet, megatron: boolean): RunInput | null {
  const { log, world } = sheet;
  const model = readModel(sheet);
  const stage = readStage(sheet);
  const method = readMethod(sheet);
  const types = readTypes(sheet, model);
  const sharding = readSharding(sheet, method.kind, types.autocast.value);
  const attention = readAttention(sheet, model);
  const { batch, mask } = readRows(sheet, megatron);
  const packing = readQuantization(sheet, model);
  const { weights, autocast, engineDtype } = readPrecision(sheet, types, packing, sharding);
  const cast =
    engineDtype && method.kind === 'lora'
      ? { adapterDtype: log.infer('method.adapterDtype', engineDtype, 'deepspeed-casts') }
      : {};
  const run: Omit<RunInput, 'model'> = {
    schema: 'headroom/run@1',
    framework: readFramework(sheet, megatron),
    stage,
    method: { ...method, ...cast },
    weights,
    autocast,
    attention,
    mask,
    loss: readLoss(sheet, stage),
    checkpointing: readCheckpointing(sheet, sharding),
    optimizer: readOptimizer(sheet),
    batch,
    clip: readClip(sheet),
    parallel: sharding.parallel,
    allocator: readAllocator(sheet),
    versions: world.versions,
  };
  noteEffects(sheet, method.kind, megatron);
  return model && { ...run, model: model.model };
}

const EXPANDS = {
  expected: 'expandable_segments:True',
  parse: (node: Parameters<typeof text.parse>[0]) => /expandable_segments\s*:\s*true/i.test(text.parse(node) ?? ''),
};

function readAllocator({ keys, log }: Sheet): NonNullable<RunInput['allocator']> {
  const stated = keys.below('ENV')?.find('PYTORCH_CUDA_ALLOC_CONF', EXPANDS);
  return stated ? { expandableSegments: log.set('allocator.expandableSegments', stated) } : {};
}
