// Which release of TRL a file is for, whose scripts run it, and the defaults that release had.
// Source: trl 0.7.11 to 1.16.0, the dataclasses of each release; "before 0.22" means that 0.22 is the first without it.

import type { MapNode } from '../../yaml/source-doc.ts';
import { has } from '../clues.ts';
import type { KeySpec, World } from '../dialect.ts';
import { overlaid, specsByKey } from '../key-spec.ts';
import { olderThan } from '../versions.ts';
import { keys } from './keys/keys.ts';

export interface Release {
  /** Undefined: the newest. */
  readonly trl: string | undefined;
  readonly transformers: string | undefined;
  /** TRL's own (`trl sft --config`), or those of a collection of recipes, which pass on what they like. */
  readonly scripts: 'trl' | 'own';
}

/** Keys that a release dropped, with the last releases that read them: of TRL, and of transformers where that dropped it. */
const LAST: readonly (readonly [key: string, trl: string, transformers?: string])[] = [
  ['use_flash_attention_2', '0.7', '4.39'],
  ['evaluation_strategy', '0.11', '4.45'],
  ['use_liger', '0.17'],
  ['vllm_device', '0.17'],
  ['max_seq_length', '0.19'],
  ['overwrite_output_dir', '0.26', '4.57'],
  ['max_prompt_length', '0.27'],
];

/** Keys that only scripts of alignment-handbook, open-r1 and their kin have. */
const OWN_SCRIPTS: readonly string[] = [
  'dataset_mixer',
  'dataset_splits',
  'dataset_mixture',
  'dataset_id_or_path',
  'datasets_and_ratios',
  'tokenizer_name_or_path',
  'chat_template',
  'model_code_revision',
  'use_flash_attention_2',
  'preprocessing_num_workers',
  'system_prompt',
  'benchmarks',
  'callbacks',
  'block_size',
];

/** The newest release that reads every key of the file, unless the user's own is known. */
export function releaseOf(root: MapNode, { versions }: World): Release {
  const [, trl, transformers] = LAST.find(([key]) => has(root, key)) ?? [];
  const scripts = OWN_SCRIPTS.some((key) => has(root, key)) ? 'own' : 'trl';
  return { trl: versions.trl ?? trl, transformers: versions.transformers ?? transformers, scripts };
}

/** The world as it was then: what the Trainer's own defaults go by. */
export const worldOf = ({ transformers }: Release, world: World): World =>
  transformers === undefined ? world : { ...world, versions: { ...world.versions, transformers } };

/** Defaults before a release, oldest first. */
const OLDER: Readonly<Record<string, readonly (readonly [before: string, value: string])[]>> = {
  bf16: [['0.19', 'false']],
  gradient_checkpointing: [['0.22', 'false']],
  max_completion_length: [['1.10', '256']],
  packing_strategy: [
    ['0.19', 'wrapped'],
    ['0.20', 'ffd'],
  ],
  vllm_mode: [['1.0', 'server']],
  vllm_gpu_memory_utilization: [['0.18', '0.9']],
};

/** The table of keys as a release had it. */
export function specsOf({ trl }: Release): ReadonlyMap<string, KeySpec> {
  const older = keys.flatMap((spec) => {
    const found = OLDER[spec.key]?.find(([before]) => olderThan(trl, before));
    return found ? [{ ...spec, default: found[1], source: `trl, before ${found[0]}` }] : [];
  });
  return specsByKey(overlaid(keys, older));
}
