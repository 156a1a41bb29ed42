// LoRA inside a mixture: experts stand in stacks since transformers 5, so PEFT maps their old names to bare parameters
// (peft/utils/transformers_weight_conversion.py 0.21): a rank for every expert, twice of it where gate and up are one.

import type { TrainingRun } from './run.ts';
import type { ModelShape } from './shape.ts';

const GATE_UP = 'mlp.experts.gate_up_proj';
const DOWN = 'mlp.experts.down_proj';
const lastPart = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

interface StackAdapters {
  /** Tensors of a layer that get adapters, each with its rank. */
  readonly ranks: ReadonlyMap<string, number>;
  /** Names that no longer mean a linear layer, in this model or beside its mixtures. */
  readonly mapped: ReadonlySet<string>;
  /** Only one of two names that became one tensor: PEFT refuses. */
  readonly half: boolean;
}

export function stackAdapters({ method }: TrainingRun, model: ModelShape): StackAdapters {
  const experts = model.kinds.find((k) => k.experts?.names)?.experts;
  if (!experts?.names || method.kind !== 'lora') return { ranks: new Map(), mapped: new Set(), half: false };
  const { router, gateUp, down } = experts.names;
  const { targets, rank } = method;
  const wanted = targets === 'all-linear' ? null : new Set(targets.map(lastPart));
  const isWanted = (name: string): boolean => wanted?.has(name) ?? true;
  const fused = gateUp.filter(isWanted).length;
  const gate = model.kinds.flatMap((k) => k.weights).find((w) => w.kind === 'router')?.name;
  const ranks: [string, number][] = [];
  if (gate !== undefined && isWanted(router)) ranks.push([gate, rank]);
  if (fused === gateUp.length) ranks.push([GATE_UP, rank * gateUp.length]);
  if (isWanted(down)) ranks.push([DOWN, rank]);
  return {
    ranks: new Map(ranks),
    mapped: new Set([router, ...gateUp, down]),
    half: fused > 0 && fused < gateUp.length,
  };
}
