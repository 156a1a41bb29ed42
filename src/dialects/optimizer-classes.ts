// Optimizers named by their Python class (`torch.optim.AdamW`, `bitsandbytes.optim.PagedAdamW8bit`), as what they keep in memory.
// Sources: torch 2.15 torch/optim, bitsandbytes 0.50 optim, torchao 0.9 optim.
// Deliberately absent: learning rates, betas: they move no memory.

import type { Optimizer } from '../memory/run.ts';

type Kept = Partial<Optimizer> & Pick<Optimizer, 'name'>;

/** torch's classes choose foreach on a GPU where neither argument says otherwise; its Adafactor loops. */
const TORCH: Readonly<Record<string, Kept>> = {
  AdamW: { name: 'adamw', implementation: 'foreach' },
  Adam: { name: 'adam', implementation: 'foreach' },
  SGD: { name: 'sgd', implementation: 'foreach' },
  RMSprop: { name: 'rmsprop', implementation: 'foreach' },
  Adagrad: { name: 'adagrad', implementation: 'foreach' },
  Adafactor: { name: 'adafactor', implementation: 'foreach' },
  Muon: { name: 'muon', implementation: 'loop' },
};

/** `PagedAdamW8bit`: paged or not, the rule, the bits of its states. */
const BITSANDBYTES = /^(Paged)?(AdamW|Adam|Lion|AdEMAMix|RMSprop|Adagrad|SGD)(8bit|32bit)?$/;

/** Null: a class that is not known. */
export function optimizerOfClass(path: string): Kept | null {
  const parts = path.split('.');
  const name = parts.at(-1) ?? '';
  const library = parts.length === 1 ? 'torch' : parts[0];
  if (library === 'torch') return Object.hasOwn(TORCH, name) ? ({ library: 'torch', ...TORCH[name] } as Kept) : null;
  if (library === 'bitsandbytes' || library === 'bnb') return bitsandbytesClass(name);
  if (library === 'torchao') return torchaoClass(name);
  return null;
}

function bitsandbytesClass(name: string): Kept | null {
  const [, paged, rule, bits] = BITSANDBYTES.exec(name) ?? [];
  if (!rule) return null;
  return {
    name: rule.toLowerCase(),
    library: 'bitsandbytes',
    implementation: 'loop',
    bits: bits === '8bit' ? 8 : 32,
    paged: paged !== undefined,
    ...(bits !== '8bit' && { stateDtype: 'fp32' }),
  };
}

function torchaoClass(name: string): Kept | null {
  const [, rule, bits] = /^_?(AdamW|Adam)(8bit|4bit)$/.exec(name) ?? [];
  if (!rule) return null;
  return {
    name: rule.toLowerCase(),
    library: 'torchao',
    implementation: 'loop',
    bits: bits === '8bit' ? 8 : 4,
    paged: false,
  };
}
