// A model made smaller without becoming another one: fewer layers, a smaller vocabulary, and where it has to be a narrower
// stream, fewer heads, a narrower MLP. Heads keep their width, and as many queries share a key as before, so that norms,
// rotary tables and kernels stay what they are.

import type { LayerShape, ModelShape, WeightShape } from '../memory/shape.ts';

export interface Size {
  readonly layers: number;
  readonly sequence: number;
  readonly micro: number;
  readonly vocabulary: number;
}

/** By what each width is divided. */
export interface Narrowing {
  readonly hidden: number;
  readonly heads: number;
  readonly inner: number;
}
export const AS_WIDE: Narrowing = { hidden: 1, heads: 1, inner: 1 };

const STEPS = [1, 2, 4, 8, 16, 32, 64] as const;
/** No stream is narrower: overheads of buffers would be all there is. */
const LEAST_HIDDEN = 64;

/** From the model's own width to the narrowest; each step about halves it, as far as heads and matrices can be divided. */
export function narrowings(shape: ModelShape): readonly Narrowing[] {
  const heads = shape.kinds.flatMap(({ attention }) => (attention ? [attention.heads, attention.kvHeads] : []));
  const inner = shape.kinds.flatMap((kind) => innerOf(kind) ?? []);
  const most = Math.max(1, Math.floor(shape.hidden / LEAST_HIDDEN));
  const all = STEPS.map((by) => ({
    hidden: commonDivisor([shape.hidden], Math.min(by, most)),
    heads: commonDivisor(heads, by),
    inner: commonDivisor(inner, by),
  }));
  return [...new Map(all.map((narrowing) => [JSON.stringify(narrowing), narrowing])).values()];
}

/** The largest number up to a limit that divides all of them. */
function commonDivisor(numbers: readonly number[], limit: number): number {
  for (let by = limit; by > 1; by--) if (numbers.every((n) => n % by === 0)) return by;
  return 1;
}

/** `inner`, or the side of the MLP that is not the stream's. */
function innerOf({ inner, weights }: LayerShape): number | undefined {
  return inner ?? weights.find((w) => w.kind === 'linear' && isMlp(w))?.rows;
}
const isMlp = ({ name }: WeightShape): boolean => !/attn|attention/.test(name);

export function shrink(shape: ModelShape, size: Pick<Size, 'layers' | 'vocabulary'>, by: Narrowing): ModelShape {
  const end = (w: WeightShape): WeightShape => {
    if (w.kind === 'norm') return { ...w, cols: w.cols / by.hidden };
    return { ...w, rows: w.rows === shape.vocabulary ? size.vocabulary : w.rows, cols: w.cols / by.hidden };
  };
  return {
    ...shape,
    hidden: shape.hidden / by.hidden,
    vocabulary: size.vocabulary,
    below: shape.below.map(end),
    above: shape.above.map(end),
    kinds: shape.kinds.map((kind) => narrow(kind, shape.hidden, by)),
    layers: shape.layers.slice(0, size.layers),
  };
}

function narrow(kind: LayerShape, hidden: number, by: Narrowing): LayerShape {
  const { attention, inner, weights } = kind;
  return {
    ...kind,
    ...(attention && {
      attention: { ...attention, heads: attention.heads / by.heads, kvHeads: attention.kvHeads / by.heads },
    }),
    ...(inner && { inner: inner / by.inner }),
    weights: weights.map((w) => narrowWeight(w, hidden, attention?.headDim, by)),
  };
}

/** Attention writes into heads and out of them, an MLP into its inner width and out of it; the other side is the stream. */
function narrowWeight(w: WeightShape, hidden: number, headDim: number | undefined, by: Narrowing): WeightShape {
  if (w.kind === 'norm') return w.cols === headDim && w.cols !== hidden ? w : { ...w, cols: w.cols / by.hidden };
  const inside = isMlp(w) ? by.inner : by.heads;
  return writesStream(w)
    ? { ...w, rows: w.rows / by.hidden, cols: w.cols / inside }
    : { ...w, rows: w.rows / inside, cols: w.cols / by.hidden };
}

/** The last projection of a branch, by the names that families have for it. */
const writesStream = ({ name }: WeightShape): boolean =>
  /[.](o_proj|out_proj|down_proj|c_proj|dense|fc2|dense_4h_to_h)$/.test(name);
