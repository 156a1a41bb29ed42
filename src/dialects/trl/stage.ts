// Which trainer runs the file. It is not in the file: `trl sft --config …` and `trl dpo --config …` read the same keys. What tells:
// the command in its comments, keys that one trainer alone has, and the names of its folders.

import type { Stage } from '../../memory/run.ts';
import type { MapNode, SourceDoc } from '../../yaml/source-doc.ts';
import { has } from '../clues.ts';
import type { Origin } from '../reading.ts';
import type { Sheet } from '../sheet.ts';

const TRAINERS: Readonly<Record<string, Stage>> = {
  sft: 'sft',
  cpt: 'sft',
  dpo: 'dpo',
  kto: 'kto',
  orpo: 'orpo',
  cpo: 'simpo',
  simpo: 'simpo',
  grpo: 'grpo',
  rloo: 'grpo',
  reward: 'reward',
};
const NAMES = Object.keys(TRAINERS).join('|');
/** `trl dpo …`, `accelerate launch scripts/run_dpo.py …`. */
const COMMAND = new RegExp(`\\btrl +(${NAMES})\\b|\\b(?:run_)?(${NAMES})\\.py\\b`);
const IN_PATH = new RegExp(`(?:^|[^a-z])(${NAMES})(?:[^a-z]|$)`, 'gi');

const BY_KEY: readonly (readonly [key: string, stage: Stage])[] = [
  ['num_generations', 'grpo'],
  ['max_completion_length', 'grpo'],
  ['reward_funcs', 'grpo'],
  ['gamma_beta_ratio', 'simpo'],
  ['simpo_gamma', 'simpo'],
  ['cpo_alpha', 'simpo'],
  ['desirable_weight', 'kto'],
  ['undesirable_weight', 'kto'],
  ['center_rewards_coefficient', 'reward'],
];
/** Weaker than a name of a folder: ORPO and KTO have these too. */
const PREFERENCE = ['precompute_ref_log_probs', 'max_prompt_length', 'beta'];

export function readStage({ log }: Sheet, root: MapNode, doc: SourceDoc, fileName: string): Stage {
  for (const { text, span } of doc.comments) {
    const name = COMMAND.exec(text);
    const stage = TRAINERS[name?.[1] ?? name?.[2] ?? ''];
    if (stage) return log.set('stage', { value: stage, origin: { kind: 'inferred', why: 'launch-comment', span } });
  }
  const known = BY_KEY.find(([key]) => has(root, key));
  if (known) return log.infer('stage', known[1], 'stage-by-key', keyOrigin(root, known[0]));
  const named = [...fileName.matchAll(IN_PATH)].at(-1)?.[1]?.toLowerCase();
  const byName = named === undefined ? undefined : TRAINERS[named];
  if (byName) return log.infer('stage', byName, 'stage-by-path');
  const hint = PREFERENCE.find((key) => has(root, key));
  return hint === undefined
    ? log.infer('stage', 'sft', 'stage-unsaid')
    : log.infer('stage', 'dpo', 'stage-by-key', keyOrigin(root, hint));
}

function keyOrigin(root: MapNode, key: string): Origin | undefined {
  const entry = root.entries.find((e) => e.key === key);
  return entry && { kind: 'file', key, keySpan: entry.keySpan, span: entry.keySpan };
}
