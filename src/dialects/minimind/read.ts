// Flags of a MiniMind script → a run, as the script would do it: fp32 weights under autocast, AdamW by foreach, no gradient
// checkpointing, all logits at once (trainer/train_*.py and trainer/trainer_utils.py, d65ef2c0).

import { miniMind3 } from '../../catalogue/presets.ts';
import type { Method, Parallel, RunInput } from '../../memory/run.ts';
import type { SourceDoc } from '../../yaml/source-doc.ts';
import type { World } from '../dialect.ts';
import { noteUnknownKeys } from '../key-effects.ts';
import { FieldLog, KeyReader } from '../key-reader.ts';
import { gpusOf } from '../launch.ts';
import type { Reading } from '../reading.ts';
import type { Sheet } from '../sheet.ts';
import { boolean, decimal, integer, oneOf } from '../value-parsers.ts';
import { ourClaim, type ScriptClaim } from './detect.ts';
import { knownKeys, specsOf } from './keys.ts';

const NOTHING: Reading = {
  dialect: 'minimind',
  purpose: 'data',
  run: null,
  fields: new Map(),
  findings: [],
  assumed: [],
  wanted: [],
};

export function read(doc: SourceDoc, world: World): Reading {
  const claim = ourClaim(doc, world.fileName);
  if (!claim) return NOTHING;
  const keys = new KeyReader(claim.root, specsOf(claim.script));
  const sheet: Sheet = { keys, log: new FieldLog(), world, assumed: [], wanted: [] };
  const run = readRun(sheet, claim);
  noteUnknownKeys(keys, knownKeys);
  const { log, assumed, wanted } = sheet;
  return {
    dialect: 'minimind',
    purpose: 'training',
    run,
    fields: log.fields,
    findings: keys.findings,
    assumed,
    wanted,
  };
}

const AUTOCAST = oneOf({ bfloat16: 'bf16', float16: 'fp16' } as const);

function readRun(sheet: Sheet, { root, script }: ScriptClaim): RunInput {
  const { keys, log, world } = sheet;
  sheet.assumed.push({ field: 'model', value: 'MiniMind-3', why: 'newest-minimind' });
  return {
    schema: 'headroom/run@1',
    model: readModel(sheet),
    framework: { name: 'minimind', compile: log.set('framework.compile', keys.get('use_compile', boolean)) },
    stage: log.infer('stage', script.stage, 'decided-by-script'),
    method: log.infer('method.kind', script.lora ? LORA : FULL, 'decided-by-script'),
    weights: { dtype: 'fp32' },
    autocast: log.set('autocast', keys.get('dtype', AUTOCAST)),
    loss: { upcast: false },
    optimizer: { name: 'adamw', implementation: 'foreach' },
    batch: {
      micro: log.set('batch.micro', keys.get('batch_size', integer(1))),
      accumulation: log.set('batch.accumulation', keys.get('accumulation_steps', integer(1))),
      sequence: log.set('batch.sequence', keys.get('max_seq_len', integer(2))) - (script.shifted ? 1 : 0),
    },
    clip: log.set('clip', keys.get('grad_clip', decimal(0, 1e9))) > 0,
    parallel: replicated(gpusOf(sheet, root)),
    versions: world.versions,
  };
}

/** The scripts wrap the model in DistributedDataParallel wherever a launcher starts several of them. */
const replicated = (gpus: number | undefined): Partial<Parallel> =>
  gpus === undefined ? {} : { gpus, strategy: gpus > 1 ? 'ddp' : 'none' };

/** The width and the depth are arguments; the rest is MiniMindConfig's. */
function readModel({ keys, log }: Sheet): RunInput['model'] {
  const width = keys.get('hidden_size', integer(8, 65_536));
  const depth = keys.get('num_hidden_layers', integer(1, 1000));
  const experts = keys.get('use_moe', boolean).value ? EXPERTS : {};
  log.set('model', width);
  return { config: miniMind3(width.value, depth.value, experts) };
}

/** model/model_minimind.py: MiniMindConfig. */
const EXPERTS = { use_moe: true, num_experts: 4, num_experts_per_tok: 1 };

const FULL: Partial<Method> = { kind: 'full' };
/** model/model_lora.py: rank 16, on square linears only; k and v are narrower with grouped queries. */
const LORA: Partial<Method> = { kind: 'lora', rank: 16, targets: ['q_proj', 'o_proj'], adapterDtype: 'fp32' };
