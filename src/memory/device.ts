// What a card holds beside torch's pool: what nvidia-smi shows on top of reserved memory. Never exact, so always a range.

import { type ByteRange, bytes, MiB } from '../base/bytes.ts';

/**
 * CUDA context, loaded kernels and library handles of one process. PyTorch's maintainers name about 300 MB with lazy loading
 * (CUDA 11.7 and later; pytorch#107667), reports of cards without it reach 1,000 MiB (pytorch#54564). cuBLAS and cuDNN load
 * their own kernels into it as they are used.
 */
export const CONTEXT: ByteRange = { low: bytes(250 * MiB), expected: bytes(450 * MiB), high: bytes(700 * MiB) };

/**
 * Buffers of one NCCL communicator, outside torch's pool. On 4 A100 544 MB with two ranks, 688 MB with more (nccl#964); another
 * report has 1.6 GB for one communicator (nccl#864). Few channels and no peer access take much less.
 */
export const ncclOf = (gpus: number): ByteRange => ({
  low: bytes(150 * MiB),
  expected: bytes((gpus > 2 ? 656 : 519) * MiB),
  high: bytes(1600 * MiB),
});
