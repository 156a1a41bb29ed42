// What a loader fills: a layer's tensors by name, a tower's parts, and what will get adapters.

import type { Adapter, Linear } from './blocks/model.ts';
import type { Parameter, Tensor } from './engine/tensor.ts';
import type { LayerPlan } from './plan.ts';

export interface TowerParts extends Record<'below' | 'above' | 'projector', LayerParts> {
  readonly blocks: readonly LayerParts[];
  readonly positionIds: Tensor | null;
}
export const partsOf = (t: TowerParts): readonly LayerParts[] => [t.below, ...t.blocks, t.above, t.projector];

/** What gets an adapter. */
export interface Target {
  readonly weight: Parameter;
  readonly rank: number;
  readonly take: (adapter: Adapter) => unknown;
}

export interface LayerParts {
  readonly plan: LayerPlan;
  readonly linears: Record<string, Linear>;
  readonly norms: Record<string, Parameter>;
  readonly tensors: Record<string, Parameter>;
  readonly stacks: Record<string, Adapter>;
}
