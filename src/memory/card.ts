// What kernels ask of a card. Everything else about GPUs is in the catalogue.

import { MiB } from '../base/bytes.ts';
import type { Gpu } from './gpu.ts';
import { FACTS, type Versions, valueIn } from './versions.ts';

export interface Card {
  readonly multiprocessors: number;
  /** CUDA compute capability x 10. */
  readonly sm: number;
  /** cuBLAS workspace (aten/src/ATen/cuda/CUDABlas.cpp and CublasHandlePool.cpp: 4096:2:16:8 KiB, from sm90 on 32 MiB). */
  readonly workspace: number;
  /** One workspace a handle from the first product on, instead of one a call. */
  readonly keepsWorkspace: boolean;
}

/** cublasLt's workspace, used by a linear layer with bias (aten/src/ATen/cuda/CUDABlas.cpp, default 1 MiB). */
export const LT_WORKSPACE = MiB;
const WORKSPACE = { beforeHopper: 8_519_680, hopper: 32 * MiB } as const;
/** An A100: what a run is replayed for when no card is named. */
const ASSUMED = { multiprocessors: 108, sm: 80 } as const;

export function cardOf(gpu: Gpu | null, versions: Versions): Card {
  const { multiprocessors, sm } = gpu ?? ASSUMED;
  return {
    multiprocessors: multiprocessors || ASSUMED.multiprocessors,
    sm: sm || ASSUMED.sm,
    workspace: sm >= 90 ? WORKSPACE.hopper : WORKSPACE.beforeHopper,
    keepsWorkspace: valueIn(versions, FACTS.keepsWorkspace),
  };
}
