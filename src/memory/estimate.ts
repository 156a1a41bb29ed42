// What an estimate is. How it is made is the business of the other files of this room.

import type { ByteRange, Bytes } from '../base/bytes.ts';

export type Phase = 'load' | 'generate' | 'forward' | 'reference' | 'backward' | 'optimizer' | 'eval' | 'save';

/** What a byte is for. One vocabulary for the panel, the JSON and rows of truth. */
export type TermName =
  | 'weights'
  | 'adapters'
  | 'gradients'
  | 'optimizer'
  | 'casts'
  | 'activations'
  | 'logits'
  | 'buffers'
  | 'temporaries'
  | 'slack';

/** A share of a term: one operation of one place in the model, with the arithmetic behind it. */
export interface TermPart {
  /** The operation that made these bytes, in the operation table's words: `silu`, `log_softmax`, `exp_avg`. */
  readonly what: string;
  /** `layers` (all of them together), `embedding`, `head`, `optimizer`, `model`. */
  readonly where: 'layers' | 'embedding' | 'head' | 'model' | 'optimizer';
  readonly bytes: Bytes;
  /** How many tensors they are. */
  readonly count?: number;
}
export interface Term {
  readonly term: TermName;
  readonly bytes: Bytes;
  /** Largest first. */
  readonly parts: readonly TermPart[];
}
export interface PhasePeak {
  readonly name: Phase;
  readonly allocated: Bytes;
}

/** One reason why the answer is a range: by how much it may be lower or higher, and why. */
export interface Cause {
  readonly id: string;
  readonly below: Bytes;
  readonly above: Bytes;
  /** Which totals it widens. */
  readonly of: 'allocated' | 'reserved' | 'device';
}

/** Bytes alive at the end of each segment of the step (phase x place), for the timeline. */
export interface TimelinePoint {
  readonly phase: Phase;
  /** -2 below the layers, -1 above them, else the layer's index. */
  readonly layer: number;
  readonly peak: Bytes;
}

export interface Estimate {
  /** `ledger`: answered while typing, no allocator slack. `allocator`: the full tape through PyTorch's allocator. */
  readonly depth: 'ledger' | 'allocator';
  readonly parameters: number;
  readonly trainable: number;
  readonly peak: { readonly allocated: ByteRange; readonly reserved: ByteRange; readonly device: ByteRange };
  readonly phase: Phase;
  readonly phases: readonly PhasePeak[];
  /** Add up to `peak.allocated.expected` exactly. */
  readonly terms: readonly Term[];
  readonly timeline: readonly TimelinePoint[];
  readonly causes: readonly Cause[];
  /** Process memory of the host, where it matters. */
  readonly host: { readonly ram: Bytes };
}

export type Verdict = 'fits' | 'tight' | 'over';

/** `fits`: high end under capacity; `over`: low end above it; `tight`: the range straddles it. */
export function verdictOf(device: ByteRange, capacity: Bytes): Verdict {
  if (device.high <= capacity) return 'fits';
  return device.low > capacity ? 'over' : 'tight';
}
