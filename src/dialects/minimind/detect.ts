// Does a command start one of MiniMind's scripts, or is this one of them?

import type { MapNode, SourceDoc } from '../../yaml/source-doc.ts';
import type { Claim } from '../clues.ts';
import type { Detection } from '../dialect.ts';
import { knownKeys } from './keys.ts';
import { SCRIPTS, type Script } from './scripts.ts';

export interface ScriptClaim extends Claim {
  readonly script: Script;
}

export const detect = (doc: SourceDoc, fileName: string): Detection => ourClaim(doc, fileName) ?? NOTHING;

const NOTHING: Detection = { score: 0, reasons: [] };

export function ourClaim(doc: SourceDoc, fileName: string): ScriptClaim | null {
  const claims = doc.roots.flatMap((root) => (root.kind === 'map' ? (claimOn(root, doc, fileName) ?? []) : []));
  return claims.reduce<ScriptClaim | null>((best, claim) => (claim.score > (best?.score ?? 0) ? claim : best), null);
}

function claimOn(root: MapNode, doc: SourceDoc, fileName: string): ScriptClaim | null {
  const script = SCRIPTS.get(root.launch?.program ?? nameOf(fileName));
  if (!script) return null;
  // The project's own module is in no other script.
  const score = root.launch
    ? commandScore(root, script)
    : Number(/\bfrom model\.model_minimind import\b/.test(doc.text));
  const first = root.entries[0];
  const span = root.launch?.span ?? first?.keySpan ?? root.span;
  return { root, script, score, reasons: [{ key: root.launch?.program ?? 'MiniMindConfig', span }] };
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** A name that others may use too needs flags that only MiniMind has; a flag it has not rules it out. */
const OWN: ReadonlySet<string> = new Set(['use_moe', 'from_weight', 'save_weight', 'from_resume', 'lora_name']);

function commandScore({ entries }: MapNode, script: Script): number {
  if (entries.some(({ key }) => !knownKeys.has(key))) return 0;
  const own = entries.filter(({ key }) => OWN.has(key)).length;
  return Math.min(1, (script.certain ? 0.6 : 0.2) + 0.4 * Math.min(own, 2));
}
