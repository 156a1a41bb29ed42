// Is this a config of torchtune, and what is it for? Its parts name Python paths below `torchtune.`; nobody else's do.

import type { MapNode, SourceDoc } from '../../yaml/source-doc.ts';
import { has } from '../clues.ts';
import type { Detection } from '../dialect.ts';
import type { Reading } from '../reading.ts';
import { ownParts } from './component.ts';

const MODEL = 0.5;
const OTHER = 0.3;
/** A manifest that starts the program carries its options in a command line, not as a config. */
const FOREIGN = ['apiVersion', 'services', 'jobs', '_target_'];

export interface Claim extends Detection {
  readonly root: MapNode;
}

export const detect = (doc: SourceDoc): Detection => ourClaim(doc) ?? { score: 0, reasons: [] };

export function ourClaim(doc: SourceDoc): Claim | null {
  const claims = doc.roots.flatMap((root) => (root.kind === 'map' ? [claimOn(root)] : []));
  return claims.find((claim) => claim.score > 0) ?? null;
}

function claimOn(root: MapNode): Claim {
  const parts = FOREIGN.some((key) => has(root, key)) ? [] : ownParts(root);
  const score = parts.reduce((sum, e) => sum + (isModel(e.key) ? MODEL : OTHER), 0);
  return { root, score: Math.min(1, score), reasons: parts.map((e) => ({ key: e.key, span: e.keySpan })) };
}

/** PPO has two: what is trained, and what scores it. */
const isModel = (key: string): boolean => key === 'model' || key === 'policy_model';

/** Keys that only a recipe of training reads, where the optimizer is not written yet. */
const TRAINING = ['epochs', 'gradient_accumulation_steps', 'enable_activation_checkpointing', 'optimizer_in_bwd'];

export function purposeOf(root: MapNode): Reading['purpose'] {
  if (has(root, 'optimizer') || TRAINING.some((key) => has(root, key))) return 'training';
  if (has(root, 'tasks') || has(root, 'loss')) return 'evaluation';
  return has(root, 'quantizer') && !has(root, 'prompt') ? 'export' : 'inference';
}
