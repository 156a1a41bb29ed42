// The command that starts a run, as people keep it in the comments of its recipe:
// `# accelerate launch --config_file recipes/zero3.yaml --num_processes 8 scripts/sft.py …`. An accelerate file is named nowhere else.

import type { SourceDoc, Span } from '../../yaml/source-doc.ts';
import type { Origin } from '../reading.ts';
import type { Sheet } from '../sheet.ts';
import { readAccelerateText } from './accelerate-file.ts';
import type { Launcher } from './sharding.ts';

const CONFIG = /--config[_-]file[= ]+["']?([^\s"'\\]+)/;
const PROCESSES = /--(?:num[_-]processes|nproc[_-]per[_-]node|num[_-]gpus)[= ]+(\d{1,6})\b/;

/** Two commands that disagree say nothing. */
export function readLaunchComment(sheet: Sheet, doc: SourceDoc): Launcher {
  const path = only(doc, CONFIG);
  const count = only(doc, PROCESSES);
  const file = path ? fileAt(sheet, path) : null;
  const gpus = count ? { value: Number(count.value), origin: origin(count.span) } : null;
  const ofFile = file?.value.gpus;
  return { file, gpus: gpus ?? (file && ofFile !== undefined ? { value: ofFile, origin: file.origin } : null) };
}

interface Said {
  readonly value: string;
  readonly span: Span;
}

function only(doc: SourceDoc, pattern: RegExp): Said | null {
  const said = doc.comments.flatMap(({ text, span }) => {
    const value = pattern.exec(text)?.[1];
    return value === undefined ? [] : [{ value, span }];
  });
  return new Set(said.map((s) => s.value)).size === 1 ? (said[0] ?? null) : null;
}

const origin = (span: Span): Origin => ({ kind: 'inferred', why: 'launch-comment', span });

function fileAt({ world, wanted, keys }: Sheet, { value: path, span }: Said): Launcher['file'] {
  const content = world.file(path);
  if (content === undefined) wanted.push(path);
  if (content === null) keys.findings.push({ code: 'missing-file', span, args: { key: '--config_file', path } });
  const plan = typeof content === 'string' ? readAccelerateText(content) : null;
  return plan && { value: plan, origin: origin(span) };
}
