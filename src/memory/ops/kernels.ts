// Memory that kernels take inside themselves.

import type { Engine } from '../engine/engine.ts';
import { label } from '../engine/sink.ts';

const STAGING = label('column sum staging', 'temporaries');
const SEMAPHORES = label('column sum semaphores', 'temporaries');
const WORKSPACE = label('cuBLAS workspace', 'temporaries');

/** A product through cuBLAS. Versions that keep their workspace allocated it before the first step. */
export function cublas(e: Engine): void {
  if (!e.card.keepsWorkspace) e.scratch(e.card.workspace, WORKSPACE);
}

/** A product through cublasLt: a linear layer with bias. */
export function cublasLt(e: Engine, bytes: number): void {
  e.scratch(bytes, WORKSPACE);
}

const lastPowerOfTwo = (n: number): number => 1 << Math.floor(Math.log2(Math.max(1, n)));

/**
 * Staging buffer of a column sum [rows, cols] -> [cols] that is split over several blocks, as setReduceConfig decides
 * (aten/src/ATen/native/cuda/Reduce.cuh). Depends on the card's multiprocessors.
 */
export function columnSumScratch(e: Engine, rows: number, cols: number): void {
  let vector = 4;
  while (vector > 1 && cols % vector) vector >>= 1;
  const maxThreads = 512 / vector;
  const width = cols / vector;
  const dim0 = width < maxThreads ? lastPowerOfTwo(width) : maxThreads;
  const dim1 = rows < maxThreads ? lastPowerOfTwo(rows) : maxThreads;
  const narrow = Math.min(dim0, 32);
  const blockHeight = Math.min(dim1, Math.floor(maxThreads / narrow));
  const blockWidth = Math.min(dim0, Math.floor(maxThreads / blockHeight));
  const perThread = Math.ceil(rows / blockHeight);
  if (rows < Math.min(blockHeight * 16, 256) || perThread < 256 || blockHeight === 1) return;
  const grid = Math.ceil(width / blockWidth);
  const target = e.card.multiprocessors * Math.floor(2048 / (blockWidth * blockHeight));
  if (grid > target) return;
  const fill = Math.min(Math.ceil(target / grid), Math.ceil(perThread / 16));
  const splits = Math.max(fill, Math.ceil(perThread / 256));
  if (splits <= 1) return;
  const staging = e.make(4 * cols * splits * blockWidth * vector, 'u8', STAGING);
  e.scratch(4 * grid, SEMAPHORES);
  e.release(staging);
}
