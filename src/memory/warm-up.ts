// What from_pretrained takes and gives back before it loads.

import { ELEMENT_SIZE } from './engine/tensor.ts';
import type { Plan } from './plan.ts';
import { parameterCount } from './shape.ts';

/**
 * caching_allocator_warmup (transformers, modeling_utils.py): half of the parameters' bytes as fp16 elements, a quarter of
 * the elements with bitsandbytes' 4-bit quantizer.
 */
export function warmUpBytes(plan: Plan): number {
  const bytes = parameterCount(plan.model) * ELEMENT_SIZE[plan.weights];
  return plan.packed ? 2 * Math.floor(bytes / 4) : bytes;
}
