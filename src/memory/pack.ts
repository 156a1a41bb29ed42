// Packed weights as they reach the card: bitsandbytes quantises one weight at a time there (functional.py, quantize_4bit);
// GPTQ's and AWQ's come packed.

import type { Engine } from './engine/engine.ts';
import { makeParameter } from './engine/leaf.ts';
import { label } from './engine/sink.ts';
import type { Packing, Parameter, Tensor } from './engine/tensor.ts';
import { NF4_BLOCK } from './ops/quantised.ts';
import type { Dtype } from './run.ts';
import type { WeightShape } from './shape.ts';

const SIXTEEN_BIT = label('weight before it is packed', 'temporaries');
const PACKED = label('packed 4-bit weight', 'weights');
const INT8 = label('8-bit weight', 'weights');
const SCALES = label('scales of packed weights', 'weights');
const CODE = label('quantisation tables', 'weights');
/** Scales share a second scale in blocks of 256 when quantised twice. */
const SCALE_BLOCK = 256;
const CODE_VALUES = 256;
/** Inputs that share a scale: what nearly every published GPTQ and AWQ checkpoint uses. */
const GROUP = 128;

/** What is made once for the whole model: the table of the scales' own quantisation. */
export interface Quantisation {
  hasScaleTable: boolean;
}
export const makeQuantisation = (): Quantisation => ({ hasScaleTable: false });

/** `kept`: collects what stays beside the packed values. */
export function makePacked(
  e: Engine,
  shape: WeightShape,
  dtype: Dtype,
  packing: Packing,
  state: Quantisation,
  kept: Tensor[] = [],
): Parameter {
  const { kind, double } = packing;
  if (kind === 'int8') return makeInt8(e, shape, dtype);
  if (kind === 'gptq' || kind === 'awq') return makeGrouped(e, shape, dtype, kind);
  const { rows, cols } = shape;
  const blocks = Math.ceil((rows * cols) / NF4_BLOCK);
  const original = e.make(rows * cols, dtype, SIXTEEN_BIT);
  const scales = e.make(blocks, 'fp32', SCALES);
  const weight = makeParameter(e, 'u8', PACKED, { rows, cols, trainable: false, packed: packing });
  kept.push(e.make(16, 'fp32', CODE));
  const small = [e.make(16, 'fp32', CODE), e.make(1, 'fp32', CODE)];
  for (const t of small) e.release(t);
  if (double) {
    kept.push(...packScales(e, blocks, state));
    e.release(scales);
  } else kept.push(scales);
  e.release(original);
  return weight;
}

/**
 * A checkpoint that is packed already: 4-bit values, and for each group of inputs a 16-bit scale and a 4-bit zero point an
 * output. GPTQ also has the group of each input (AutoGPTQ and GPTQModel, QuantLinear; AutoAWQ, WQLinear_GEMM).
 */
function makeGrouped(e: Engine, { rows, cols }: WeightShape, dtype: Dtype, kind: 'gptq' | 'awq'): Parameter {
  const groups = Math.ceil(cols / GROUP);
  const weight = makeParameter(e, 'u8', PACKED, { rows, cols, trainable: false, packed: { kind, double: false } });
  e.make((groups * rows) / 2, 'u8', SCALES);
  e.make(groups * rows, dtype, SCALES);
  if (kind === 'gptq') e.make(cols * 4, 'u8', CODE);
  return weight;
}

/** Int8Params._quantize (nn/modules.py): to the host and back as fp16; one scale a row. */
function makeInt8(e: Engine, { rows, cols }: WeightShape, dtype: Dtype): Parameter {
  const original = e.make(rows * cols, dtype, SIXTEEN_BIT);
  const half = e.make(rows * cols, 'fp16', SIXTEEN_BIT);
  e.make(rows, 'fp32', SCALES);
  const weight = makeParameter(e, 'u8', INT8, {
    rows,
    cols,
    trainable: false,
    packed: { kind: 'int8', double: false },
  });
  e.release(half);
  e.release(original);
  return weight;
}

/** The scales' own quantisation, without the table that all weights share. */
function packScales(e: Engine, blocks: number, state: Quantisation): Tensor[] {
  const offset = e.make(1, 'fp32', SCALES);
  const centred = e.make(blocks, 'fp32', SCALES);
  if (!state.hasScaleTable) e.make(CODE_VALUES, 'fp32', CODE);
  state.hasScaleTable = true;
  const second = e.make(Math.ceil(blocks / SCALE_BLOCK), 'fp32', SCALES);
  const packed = e.make(blocks, 'u8', SCALES);
  const code = e.make(CODE_VALUES, 'fp32', CODE);
  e.release(centred);
  return [offset, second, packed, code];
}
