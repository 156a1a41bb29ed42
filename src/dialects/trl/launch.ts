// What starts the run: TRL's own keys `accelerate_config` and `num_processes`, else the command in the comments.
// Source: trl/cli/accelerate_config.py and trl/accelerate_configs/*.yaml, 1.16.0.

import type { SourceDoc } from '../../yaml/source-doc.ts';
import { deepspeedPlan } from '../deepspeed-file.ts';
import { type AcceleratePlan, readAccelerateText } from '../hugging-face/accelerate-file.ts';
import { readLaunchComment } from '../hugging-face/launch-comment.ts';
import type { Launcher } from '../hugging-face/sharding.ts';
import type { Read } from '../key-reader.ts';
import type { Sheet } from '../sheet.ts';
import { integer, text } from '../value-parsers.ts';

const PLAIN: AcceleratePlan = {
  kind: 'ddp',
  gpus: 8,
  mixedPrecision: 'bf16',
  fsdp: null,
  deepspeed: null,
  deepspeedFile: undefined,
  parallel: {},
};
const FSDP = { sharding: 'FULL_SHARD', reshards: true, offload: false, checkpoints: false } as const;
const zero = (stage: number): AcceleratePlan => ({
  ...PLAIN,
  kind: 'deepspeed',
  deepspeed: deepspeedPlan(stage, false, false),
});

/** The files that TRL brings along, named without a path. */
const SHIPPED: ReadonlyMap<string, AcceleratePlan> = new Map([
  ['single_gpu', { ...PLAIN, kind: 'one', gpus: 1 }],
  ['multi_gpu', PLAIN],
  ['zero1', zero(1)],
  ['zero2', zero(2)],
  ['zero3', zero(3)],
  ['fsdp1', { ...PLAIN, kind: 'fsdp', fsdp: { ...FSDP, version: 1 } }],
  ['fsdp2', { ...PLAIN, kind: 'fsdp', fsdp: { ...FSDP, version: 2 } }],
]);

export function readLauncher(sheet: Sheet, doc: SourceDoc): Launcher {
  const said = readLaunchComment(sheet, doc);
  const named = sheet.keys.find('accelerate_config', text);
  const file = named ? fileOf(sheet, named) : said.file;
  const gpus = sheet.keys.find('num_processes', integer(1, 1e6));
  const ofFile = named && file?.value.gpus !== undefined ? { value: file.value.gpus, origin: file.origin } : said.gpus;
  return { file, gpus: gpus ?? ofFile };
}

function fileOf({ world, wanted, keys }: Sheet, { value: name, origin }: Read<string>): Launcher['file'] {
  const shipped = SHIPPED.get(name);
  if (shipped) return { value: shipped, origin };
  const content = world.file(name);
  if (content === undefined) wanted.push(name);
  if (content === null) keys.note('missing-file', 'accelerate_config', { path: name });
  const plan = typeof content === 'string' ? readAccelerateText(content) : null;
  if (typeof content === 'string' && !plan)
    keys.note('unreadable-value', 'accelerate_config', { expected: 'an accelerate file', got: name });
  return plan && { value: plan, origin };
}
