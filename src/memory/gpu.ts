// What the replay must know of a card. The list of cards is in the catalogue.

import type { Bytes } from '../base/bytes.ts';

export interface Gpu {
  readonly name: string;
  /** Usable memory as the driver reports it. */
  readonly capacity: Bytes;
  /** Streaming multiprocessors: they size reductions' staging buffers and flash attention's key splits. */
  readonly multiprocessors: number;
  readonly architecture:
    | 'pascal'
    | 'volta'
    | 'turing'
    | 'ampere'
    | 'ada'
    | 'hopper'
    | 'blackwell'
    | 'cdna'
    | 'rdna'
    | 'ascend';
  /** CUDA compute capability x 10 (sm80); 0 where it does not apply. */
  readonly sm: number;
}
