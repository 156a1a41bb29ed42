// What a model makes once a forward for all its layers: position ids, masks, rotary tables.

import type { Engine } from '../engine/engine.ts';
import { label } from '../engine/sink.ts';
import type { ElementType, Tensor } from '../engine/tensor.ts';
import type { Plan } from '../plan.ts';
import type { AttentionDims, LayerShape } from '../shape.ts';
import { makeMask } from './masks.ts';

const POSITIONS = label('position ids', 'buffers');
const ROTARY = label('rotary cos and sin', 'activations');

/** What the model hands to a layer. */
export interface Context {
  readonly cos: Tensor;
  readonly sin: Tensor;
  readonly positions: Tensor | null;
  readonly mask: Tensor | null;
}

export interface Tables {
  readonly of: (layer: LayerShape) => Context;
  /** Locals of the model's forward. */
  readonly held: readonly (Tensor | null)[];
}

/** `torch.arange(…) + past_seen_tokens`. */
export function makePositions(e: Engine, plan: Plan): Tensor {
  const range = e.make(plan.tokens, 'i64', POSITIONS);
  const positions = e.make(plan.tokens, 'i64', POSITIONS);
  e.release(range);
  return positions;
}

/** Layers that see everything and layers with a window have masks of their own; in some families rotary tables too. */
export function makeTables(e: Engine, plan: Plan, given: Tensor | null, dtype: ElementType): Tables {
  const attentions = plan.model.kinds.flatMap((k) => (k.attention ? [k.attention] : []));
  const idle = plan.model.traits?.idleSlidingMask ? 0 : undefined;
  const window = attentions.find((a) => a.window !== undefined)?.window ?? idle;
  const everywhere = attentions.every((a) => a.window !== undefined);
  const positions = makePositions(e, plan);
  const full = everywhere ? null : makeMask(e, plan, given, dtype, undefined);
  const sliding = window === undefined ? null : makeMask(e, plan, given, dtype, window);
  const rotary = makeRotary(e, plan, dtype);
  const own = plan.model.traits?.slidingRotary ? makeRotary(e, plan, dtype) : null;
  const contexts = {
    full: { ...rotary, positions, mask: full },
    sliding: { ...(own ?? rotary), positions, mask: sliding },
  };
  return {
    of: (layer) => (layer.attention?.window === undefined ? contexts.full : contexts.sliding),
    held: [positions, full, sliding, rotary.cos, rotary.sin, own?.cos ?? null, own?.sin ?? null],
  };
}

/** LlamaRotaryEmbedding.forward: fp32 tables, cast to the stream's type at the end (OLMo: not); all temporaries die on return. */
function makeRotary(e: Engine, plan: Plan, dtype: ElementType): { readonly cos: Tensor; readonly sin: Tensor } {
  const { rotaryShare = 1, rotaryInFp32 = false } = plan.model.traits ?? {};
  const dims = plan.model.kinds[0]?.attention;
  if (dims?.latent?.rotation === 'complex') {
    const cos = makeComplexRotary(e, plan.tokens, dims.latent);
    return { cos, sin: e.keep(cos) };
  }
  const axes = plan.model.traits?.rotaryAxes ?? false;
  if (axes) return makeAxialRotary(e, plan, dtype);
  const n = plan.tokens * (dims?.latent?.rotary ?? Math.round((dims?.headDim ?? 0) * rotaryShare));
  const keepsFp32 = rotaryInFp32 || dtype === 'fp32';
  const table = (size: number, type: ElementType = 'fp32'): Tensor => e.make(size, type, ROTARY);
  const positions = table(plan.tokens); // position_ids.float()
  const frequencies = table(n / 2);
  e.release(positions);
  const once = plan.model.traits?.rotaryOnce ?? false;
  const doubled = once ? e.keep(frequencies) : table(n);
  const size = doubled.elements;
  const cosRaw = table(size);
  const cosScaled = table(size);
  e.release(cosRaw);
  const sinRaw = table(size);
  const sinScaled = table(size);
  e.release(sinRaw);
  const cos = keepsFp32 ? e.keep(cosScaled) : table(size, dtype);
  const sin = keepsFp32 ? e.keep(sinScaled) : table(size, dtype);
  for (const t of [frequencies, doubled, cosScaled, sinScaled]) e.release(t);
  return { cos, sin };
}

const AXES = 3;
/**
 * Qwen2VLRotaryEmbedding.forward: frequencies for time, height and width, put together from a part of each; the batch has rows
 * of its own.
 */
function makeAxialRotary(e: Engine, plan: Plan, dtype: ElementType): { readonly cos: Tensor; readonly sin: Tensor } {
  const n = plan.batch * plan.tokens * (plan.model.kinds[0]?.attention?.headDim ?? 0);
  const table = (size: number, type: ElementType = 'fp32'): Tensor => e.make(size, type, ROTARY);
  const positions = table(AXES * plan.batch * plan.tokens);
  const frequencies = table((AXES * n) / 2);
  e.release(positions);
  const scaled = [1, 2].map(() => {
    const raw = table((AXES * n) / 2);
    const result = table((AXES * n) / 2);
    e.release(raw);
    return result;
  });
  const composed = scaled.map((t) => {
    const half = table(n / 2);
    const whole = table(n);
    e.release(half);
    e.release(t);
    return whole;
  });
  const [sin, cos] = composed.map((t) => (dtype === 'fp32' ? t : table(n, dtype)));
  if (!sin || !cos) throw new Error('two tables');
  if (dtype !== 'fp32') for (const t of composed) e.release(t);
  e.release(frequencies);
  return { cos, sin };
}

/** DeepseekV2RotaryEmbedding.forward: complex numbers of length one, times the scaling. */
function makeComplexRotary(e: Engine, tokens: number, { rotary: width }: NonNullable<AttentionDims['latent']>): Tensor {
  const n = tokens * (width / 2);
  const angles = e.make(n, 'fp32', ROTARY);
  const ones = e.make(n, 'fp32', ROTARY);
  const polar = e.make(n * 2, 'fp32', ROTARY);
  e.release(ones);
  const scaled = e.make(n * 2, 'fp32', ROTARY);
  e.release(polar);
  e.release(angles);
  return scaled;
}
