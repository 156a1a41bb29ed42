// All dialects, and which of them a document speaks. Adding a framework is one folder and one line here.
// Deliberately absent: any framework's words.

import type { SourceDoc } from '../yaml/source-doc.ts';
import { axolotl } from './axolotl/axolotl.ts';
import type { Detection, Dialect } from './dialect.ts';
import { headroomRun } from './headroom-run/headroom-run.ts';
import { litgpt } from './litgpt/litgpt.ts';
import { llamafactory } from './llamafactory/llamafactory.ts';
import { llamafactoryV1 } from './llamafactory-v1/llamafactory-v1.ts';
import { minimind } from './minimind/minimind.ts';
import { msSwift } from './ms-swift/ms-swift.ts';
import { torchtune } from './torchtune/torchtune.ts';
import { trl } from './trl/trl.ts';

export const dialects: readonly Dialect[] = [
  headroomRun,
  llamafactory,
  llamafactoryV1,
  litgpt,
  torchtune,
  axolotl,
  trl,
  minimind,
  msSwift,
];

export interface Detected extends Detection {
  readonly dialect: Dialect;
  /** The next best, where it was close: the user may have meant it. */
  readonly runnerUp: Dialect | null;
}

/** Below this nothing is shown: a wrong claim on an ordinary file is worse than silence on a config of three lines. */
const CERTAIN_ENOUGH = 0.5;
const CLOSE = 0.2;

export function detectDialect(doc: SourceDoc, fileName: string): Detected | null {
  const candidates = dialects
    .filter((dialect) => dialect.languages.includes(doc.language))
    .map((dialect) => ({ dialect, ...dialect.detect(doc, fileName) }))
    .filter((candidate) => candidate.score >= CERTAIN_ENOUGH)
    .sort((a, b) => b.score - a.score);
  const [best, second] = candidates;
  if (!best) return null;
  return { ...best, runnerUp: second && best.score - second.score < CLOSE ? second.dialect : null };
}
