// How frozen weights are packed, and what is turned back: the plan's part on quantisation.

import type { Packing } from './engine/tensor.ts';
import type { Quantization, TrainingRun } from './run.ts';
import { FACTS, valueIn } from './versions.ts';

const PACKINGS: Readonly<Partial<Record<Quantization, Packing>>> = {
  nf4: { kind: 'bnb4', double: false },
  'nf4-double': { kind: 'bnb4', double: true },
  fp4: { kind: 'bnb4', double: false },
  int8: { kind: 'int8', double: false },
  gptq: { kind: 'gptq', double: false },
  awq: { kind: 'awq', double: false },
};

/** torchao's NF4 always quantises the scales too. */
const TORCHAO: Packing = { kind: 'torchao4', double: true };

export interface PackedPlan extends Packing {
  /** What of the rest becomes fp32. */
  readonly upcast: 'none' | 'norms' | 'all';
}

/** Of a packed model everything is turned that is not packed, but for what is turned back: tables and head. */
const PACKED_UPCASTS: Readonly<Record<TrainingRun['weights']['kbitUpcast'], PackedPlan['upcast']>> = {
  none: 'none',
  norms: 'norms',
  'norms and biases': 'norms',
  'norms and embeddings': 'all',
  all: 'all',
};

export function packedPlan({ weights, versions }: TrainingRun): PackedPlan | null {
  const packing = weights.quantizer === 'torchao' ? TORCHAO : PACKINGS[weights.quantization];
  const keepsInput = valueIn(versions, FACTS.keepsInput4bit);
  return packing ? { ...packing, keepsInput, upcast: PACKED_UPCASTS[weights.kbitUpcast] } : null;
}
