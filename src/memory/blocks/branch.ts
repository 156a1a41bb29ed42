// What attention or an MLP does last with what it returns.

import { type Engine, temporary } from '../engine/engine.ts';
import type { Tensor } from '../engine/tensor.ts';
import { dropout } from '../ops/pointwise.ts';
import type { Plan } from '../plan.ts';

/** Seed-OSS: `attn_output = dropout(attn_output)`: the name is rebound. */
export const dropBranch = (e: Engine, plan: Plan, x: Tensor): Tensor =>
  plan.model.traits?.dropsBranches ? dropout(e, temporary(x)) : x;
