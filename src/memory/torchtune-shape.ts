// torchtune builds every decoder of one set of modules (torchtune/modules, models/*/_component_builders.py): from the tensors of a
// family to those modules.
// Deliberately absent: families that it does not build; their shapes stay their own, and their runs are refused.

import type { BlockTraits, LayerShape, ModelShape, WeightShape } from './shape.ts';

/** How a family's positions are written, and how many numbers its table holds a position, for each number of a head. */
interface Positions {
  readonly form: NonNullable<BlockTraits['turns']>['form'];
  readonly perNumber: number;
}
const PAIRS: Positions = { form: 'pairs', perNumber: 1 };
const HALVES: Positions = { form: 'halves', perNumber: 2 };

const FAMILIES: ReadonlyMap<string, Positions> = new Map([
  ['llama', PAIRS],
  ['mistral', PAIRS],
  ['gemma', PAIRS],
  ['qwen2', HALVES],
  ['qwen3', HALVES],
  ['phi3', { form: 'halves-in-fp32', perNumber: 2 }],
]);

/** `adapted`: the builders with adapters make a table for each layer, but for Llama 3.1 and later, which reach this far. */
const SHARED_FROM = 131_072;

export function torchtuneShape(shape: ModelShape, adapted: boolean): ModelShape {
  const positions = FAMILIES.get(shape.family);
  const { kinds, maxPositions = 0, traits = {} } = shape;
  const headDim = kinds[0]?.attention?.headDim ?? 0;
  if (!positions || kinds.some((kind) => kind.experts)) return shape;
  const shared = !adapted || (shape.family === 'llama' && maxPositions >= SHARED_FROM);
  const tableBytes = maxPositions * headDim * positions.perNumber * 4;
  return {
    ...shape,
    program: 'torchtune',
    kinds: kinds.map(plainLayer),
    traits: {
      turns: { form: positions.form, tableBytes, shared },
      ...(traits.activation && { activation: traits.activation }),
      scales: { embedding: shape.family === 'gemma' },
    },
  };
}

/** Matrices that a family's checkpoint holds as one are several modules here; windows are not known. */
function plainLayer(kind: LayerShape): LayerShape {
  const { attention, inner } = kind;
  if (!attention || inner === undefined) return kind;
  const { window: _, ...dims } = attention;
  const { heads, kvHeads, headDim } = dims;
  const part = (w: WeightShape, name: string, rows: number): WeightShape => ({ ...w, name, rows });
  const split = (w: WeightShape): readonly WeightShape[] => {
    if (w.name === 'self_attn.qkv_proj')
      return [
        part(w, 'self_attn.q_proj', heads * headDim),
        part(w, 'self_attn.k_proj', kvHeads * headDim),
        part(w, 'self_attn.v_proj', kvHeads * headDim),
      ];
    if (w.name === 'mlp.gate_up_proj') return [part(w, 'mlp.gate_proj', inner), part(w, 'mlp.up_proj', inner)];
    return [w];
  };
  return { ...kind, attention: dims, weights: kind.weights.flatMap(split) };
}
