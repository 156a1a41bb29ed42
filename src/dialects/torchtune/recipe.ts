// Which recipe runs a config. The file does not name it: the command in its comments does, else what only some recipes read.

import type { Stage } from '../../memory/run.ts';
import type { MapNode, SourceDoc, Span } from '../../yaml/source-doc.ts';
import { has } from '../clues.ts';
import { lastName, pathOf } from './component.ts';

export interface Recipe {
  readonly stage: Stage;
  /** Several processes under FSDP2. */
  readonly distributed: boolean;
  /** Processes on one machine, and machines, where the command says so. */
  readonly gpus: number | null;
  /** Where the command stands. */
  readonly span: Span | null;
}

const COMMAND = /\btune\s+run\s+([^\n]*?)((?:\w+\/)?[a-z]\w*)\s+(?:\\\s*)?--config\b/;

/** What only distributed recipes read; the last two are of 0.1. */
const DISTRIBUTED = [
  ...['custom_sharded_layers', 'fsdp_cpu_offload', 'fsdp_reshard_after_forward', 'tensor_parallel_dim'],
  ...['tensor_parallel_plan', 'context_parallel_dim', 'data_parallel_shard_dim', 'data_parallel_replicate_dim'],
  ...['enable_fsdp', 'fsdp'],
];

export function recipeOf(doc: SourceDoc, root: MapNode): Recipe {
  const command = commandIn(doc);
  const name = command?.name ?? '';
  const named = /distributed/.test(name) ? true : /single_device/.test(name) ? false : null;
  return {
    stage: stageOf(root, name),
    distributed: named ?? DISTRIBUTED.some((key) => has(root, key)),
    gpus: command?.gpus ?? null,
    span: command?.span ?? null,
  };
}

function commandIn({ comments }: SourceDoc): { name: string; gpus: number | null; span: Span } | null {
  for (const { text, span } of comments) {
    const found = COMMAND.exec(text);
    if (!found) continue;
    const flags = found[1] ?? '';
    const count = (flag: RegExp): number | null => Number(flag.exec(flags)?.[1] ?? 0) || null;
    const here = count(/--nproc[-_]per[-_]node[= ]+(\d+)/);
    return { name: found[2] ?? '', gpus: here && here * (count(/--nnodes[= ]+(\d+)/) ?? 1), span };
  }
  return null;
}

const STAGES: readonly (readonly [of: RegExp, stage: Stage])[] = [
  [/^(DPO|RSO|SimPO)Loss$|_dpo_/, 'dpo'],
  [/^PPOLoss$|^ppo_/, 'ppo'],
  [/^GRPO|grpo/, 'grpo'],
  [/KLWith|KLLoss$|^knowledge_distillation/, 'distillation'],
];

function stageOf(root: MapNode, recipe: string): Stage {
  if (has(root, 'teacher_model')) return 'distillation';
  const loss = pathOf(root.entries.find((e) => e.key === 'loss')?.value) ?? '';
  return STAGES.find(([of]) => of.test(lastName(loss)) || of.test(recipe))?.[1] ?? 'sft';
}
