// The optimizer names of the Hugging Face Trainer (`optim`), as what they keep in memory.
// Source: transformers src/transformers/training_args.py OptimizerNames and trainer_optimizer.py, 4.57.1 and 5.6.0.
// Deliberately absent: learning rates, betas: they move no memory.

import type { Optimizer } from '../../memory/run.ts';

const TORCH = { library: 'torch', bits: 32, paged: false } as const;
/** bitsandbytes in 8 bits: the Trainer registers every embedding for 32-bit states (trainer.py, create_optimizer). */
const BNB8 = { library: 'bitsandbytes', implementation: 'loop', bits: 8, paged: false, embeddings32: true } as const;
const BNB32 = { library: 'bitsandbytes', implementation: 'loop', bits: 32, paged: false, stateDtype: 'fp32' } as const;
const PAGED8 = { ...BNB8, paged: true } as const;
const PAGED32 = { ...BNB32, paged: true } as const;
const LOOP = { ...TORCH, implementation: 'loop' } as const;

export const HF_OPTIMIZERS: Readonly<Record<string, Partial<Optimizer> & Pick<Optimizer, 'name'>>> = {
  adamw_torch: { name: 'adamw', ...TORCH, implementation: 'foreach' },
  adamw_torch_fused: { name: 'adamw', ...TORCH, implementation: 'fused' },
  adamw_torch_xla: { name: 'adamw', ...TORCH, implementation: 'foreach' },
  adamw_torch_npu_fused: { name: 'adamw', ...TORCH, implementation: 'fused' },
  adamw_apex_fused: { name: 'adamw', ...TORCH, implementation: 'fused', library: 'apex' },
  adamw_hf: { name: 'adamw', ...LOOP, library: 'transformers' },
  adamw_anyprecision: { name: 'adamw', ...LOOP, library: 'torchdistx', stateDtype: 'bf16' },
  adamw_torch_8bit: { name: 'adamw', ...LOOP, library: 'torchao', bits: 8 },
  adamw_torch_4bit: { name: 'adamw', ...LOOP, library: 'torchao', bits: 4 },
  adamw_8bit: { name: 'adamw', ...BNB8 },
  adamw_bnb_8bit: { name: 'adamw', ...BNB8 },
  paged_adamw: { name: 'adamw', ...PAGED32 },
  paged_adamw_32bit: { name: 'adamw', ...PAGED32 },
  paged_adamw_8bit: { name: 'adamw', ...PAGED8 },
  ademamix: { name: 'ademamix', ...BNB32 },
  ademamix_8bit: { name: 'ademamix', ...BNB8 },
  paged_ademamix_32bit: { name: 'ademamix', ...PAGED32 },
  paged_ademamix_8bit: { name: 'ademamix', ...PAGED8 },
  lion_32bit: { name: 'lion', ...BNB32 },
  lion_8bit: { name: 'lion', ...BNB8 },
  paged_lion_32bit: { name: 'lion', ...PAGED32 },
  paged_lion_8bit: { name: 'lion', ...PAGED8 },
  adafactor: { name: 'adafactor', ...LOOP, library: 'transformers' },
  sgd: { name: 'sgd', ...TORCH, implementation: 'foreach' },
  adagrad: { name: 'adagrad', ...TORCH, implementation: 'foreach' },
  rmsprop: { name: 'rmsprop', ...TORCH, implementation: 'foreach' },
  rmsprop_bnb: { name: 'rmsprop', ...BNB32 },
  rmsprop_bnb_8bit: { name: 'rmsprop', ...BNB8 },
  rmsprop_bnb_32bit: { name: 'rmsprop', ...BNB32 },
  galore_adamw: { name: 'galore', ...LOOP, library: 'galore_torch' },
  galore_adamw_8bit: { name: 'galore', ...LOOP, library: 'galore_torch', bits: 8 },
  galore_adafactor: { name: 'galore', ...LOOP, library: 'galore_torch' },
  galore_adamw_layerwise: { name: 'galore', ...LOOP, library: 'galore_torch', inBackward: true },
  galore_adamw_8bit_layerwise: { name: 'galore', ...LOOP, library: 'galore_torch', bits: 8, inBackward: true },
  apollo_adamw: { name: 'apollo', ...LOOP, library: 'apollo_torch' },
  apollo_adamw_layerwise: { name: 'apollo', ...LOOP, library: 'apollo_torch', inBackward: true },
  lomo: { name: 'lomo', ...LOOP, library: 'lomo_optim', inBackward: true },
  adalomo: { name: 'adalomo', ...LOOP, library: 'lomo_optim', inBackward: true },
  grokadamw: { name: 'grokadamw', ...LOOP, library: 'grokadamw' },
  schedule_free_radam: { name: 'schedule-free', ...LOOP, implementation: 'foreach', library: 'schedulefree' },
  schedule_free_adamw: { name: 'schedule-free', ...LOOP, implementation: 'foreach', library: 'schedulefree' },
  schedule_free_sgd: { name: 'schedule-free', ...LOOP, implementation: 'foreach', library: 'schedulefree' },
  stable_adamw: { name: 'adamw', ...LOOP, library: 'torch_optimi' },
};
