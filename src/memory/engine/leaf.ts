// Leaves of the graph: parameters, and inputs that were told to require a gradient.

import type { Engine } from './engine.ts';
import type { Label } from './sink.ts';
import { type ElementType, makeNode, PACKED_PER_BYTE, type Packing, type Parameter, type Tensor } from './tensor.ts';

export interface ParameterTraits {
  readonly rows: number;
  readonly cols: number;
  /** Stacked matrices (experts); one if absent. */
  readonly count?: number;
  readonly trainable: boolean;
  readonly packed?: Packing;
  readonly embedding?: boolean;
}

/** Allocates a parameter. A packed one holds several values a byte, or one. */
export function makeParameter(engine: Engine, dtype: ElementType, what: Label, traits: ParameterTraits): Parameter {
  const { rows, cols, trainable, count = 1 } = traits;
  const perByte = traits.packed ? PACKED_PER_BYTE[traits.packed.kind] : 1;
  const tensor = engine.make(Math.ceil((rows * cols * count) / perByte), dtype, what);
  return leafOf(engine, tensor, what, {
    rows,
    cols,
    count,
    trainable,
    packed: traits.packed ?? null,
    embedding: traits.embedding ?? false,
  });
}

/** A tensor that is no parameter but collects a gradient: `requires_grad_()` on a block's input. */
export function makeInputLeaf(engine: Engine, tensor: Tensor, what: Label): Parameter {
  return leafOf(engine, tensor, what, {
    rows: 1,
    cols: tensor.elements,
    count: 1,
    trainable: true,
    packed: null,
    embedding: false,
  });
}

function leafOf(
  engine: Engine,
  tensor: Tensor,
  what: Label,
  traits: Pick<Parameter, 'rows' | 'cols' | 'count' | 'trainable' | 'packed' | 'embedding'>,
): Parameter {
  const node = makeNode(engine.place, null);
  const parameter: Parameter = { tensor, what, ...traits, grad: null, uses: 0, arrived: 0, node };
  node.parameter = parameter;
  tensor.node = traits.trainable ? node : null;
  return parameter;
}

/** `p.data = p.data.to(dtype)`: the new tensor exists before the old one dies. */
export function castParameter(engine: Engine, p: Parameter, dtype: ElementType): void {
  engine.recorder?.cast(p, dtype);
  if (p.tensor.dtype === dtype) return;
  engine.unrecorded(() => {
    const cast = engine.make(p.tensor.elements, dtype, p.what);
    cast.node = p.tensor.node;
    engine.release(p.tensor);
    p.tensor = cast;
  });
}
