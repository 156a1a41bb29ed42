// Everything any surface would print of one text, as a user would see it: for tests that ask whether it can be printed at all.

import { analyse } from '../../src/service/analyse.ts';
import type { Analysis, Environment } from '../../src/service/analysis-types.ts';
import { breakdown } from '../../src/service/breakdown.ts';
import { codeLenses } from '../../src/service/code-lens.ts';
import { codeActions, diagnostics } from '../../src/service/diagnostics.ts';
import { hover } from '../../src/service/hover.ts';
import { inlayHints } from '../../src/service/inlay-hints.ts';
import { status } from '../../src/service/status.ts';

/** What happens at a keystroke: the analysis, and what the editor draws without being asked. */
export function drawn(text: string, fileName: string, environment: Environment): Analysis {
  const a = analyse(text, fileName, environment);
  codeLenses(a);
  inlayHints(a);
  diagnostics(a);
  status(a);
  breakdown(a);
  return a;
}

/** What a user asks for by pointing: a hover, and the repairs of a place. */
export function asked(a: Analysis, line: number, character: number): void {
  const position = { line, character };
  hover(a, position);
  codeActions(a, { start: position, end: position });
}
