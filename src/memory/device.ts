// What a card holds beside torch's pool: what nvidia-smi shows on top of reserved memory. Never exact, so always a range.

import { type ByteRange, bytes, MiB } from '../base/bytes.ts';

/**
 * CUDA context, loaded kernels and library handles of one process. PyTorch's maintainers name about 300 MB with lazy loading
 * (CUDA 11.7 and later; pytorch#107667), reports of cards without it reach 1,000 MiB (pytorch#54564). cuBLAS and cuDNN load
 * their own kernels into it as they are used.
 */
export const CONTEXT: ByteRange = { low: bytes(250 * MiB), expected: bytes(450 * MiB), high: bytes(700 * MiB) };
