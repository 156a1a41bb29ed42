// The arithmetic over repeated layers equals the full ledger, to the byte, also where layers are not all alike.

import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/memory/plan.ts';
import type { ModelShape } from '../../src/memory/shape.ts';
import { fullProfile, type Profile, profileByLedger } from '../../src/memory/shortcut.ts';
import { planFor, planForShape, type RunPart, SMALL } from './replayed.ts';
import { shapeOf } from './shape-of-config.ts';

const highest = ({ segments }: Profile): number => Math.max(...segments.map((s) => s.bytes));

function expectSame(plan: Plan): void {
  const short = profileByLedger(plan);
  const full = fullProfile(plan);
  expect(highest(short)).toBe(highest(full));
  const kept = new Map(full.segments.map((s) => [`${s.phase} ${s.place}`, s.bytes]));
  for (const s of short.segments)
    expect([s.phase, s.place, s.bytes]).toEqual([s.phase, s.place, kept.get(`${s.phase} ${s.place}`)]);
  for (const s of short.segments) {
    const sum = [...short.buckets(s).values()].reduce((n, b) => n + b.bytes, 0);
    expect(sum).toBe(s.bytes);
  }
}

const bf16 = { dtype: 'bf16' } as const;
const RUNS: Readonly<Record<string, RunPart>> = {
  full: { autocast: 'bf16' },
  'full, checkpointing': { weights: bf16, checkpointing: { kind: 'full' } },
  'full, reentrant, accumulation': {
    autocast: 'bf16',
    checkpointing: { kind: 'full', reentrant: true },
    batch: { accumulation: 2 },
  },
  'lora, whose first layer has no input gradient': { weights: bf16, method: { kind: 'lora' } },
  qlora: {
    weights: { dtype: 'bf16', quantization: 'nf4-double', kbitUpcast: 'all' },
    autocast: 'bf16',
    method: { kind: 'lora' },
  },
  'pairs with a second model': { weights: bf16, stage: 'dpo', checkpointing: { kind: 'full' } },
  'pairs with adapters turned off': { weights: bf16, stage: 'dpo', method: { kind: 'lora' } },
  'swapped completions': { weights: bf16, stage: 'kto', method: { kind: 'lora' }, checkpointing: { kind: 'full' } },
  'a value head': { weights: bf16, stage: 'reward', framework: { name: 'llama-factory' }, method: { kind: 'lora' } },
  'the last layers alone': { weights: bf16, method: { kind: 'freeze', trainableLayers: 3 } },
  'the first layers alone': { weights: bf16, method: { kind: 'freeze', trainableLayers: -5 } },
  'more trained than frozen': {
    weights: bf16,
    method: { kind: 'freeze', trainableLayers: 9 },
    checkpointing: { kind: 'full' },
  },
  eager: { weights: bf16, attention: 'eager' },
  'logits held by the loop': { weights: bf16, loss: { held: 'logits-until-next-forward' } },
  'foreach AdamW': { weights: bf16, optimizer: { implementation: 'foreach' } },
  Adafactor: { weights: bf16, optimizer: { name: 'adafactor' } },
};

describe.each(Object.entries(RUNS))('%s', (_name, run) => {
  it.each([1, 5, 6, 13])('%i layers', (layers) => expectSame(planFor({ ...SMALL, num_hidden_layers: layers }, run)));
});

it('tied embeddings', () =>
  expectSame(planFor({ ...SMALL, num_hidden_layers: 11, tie_word_embeddings: true }, { weights: bf16 })));

it('MiniMind, whose first layer alone has an fp32 stream', () => {
  const shape = {
    ...shapeOf({ ...SMALL, model_type: 'minimind', num_hidden_layers: 12, tie_word_embeddings: true }),
    bufferBytes: 1 << 20,
  };
  expectSame(planForShape(shape, { autocast: 'bf16', framework: { name: 'minimind' }, loss: { upcast: false } }));
});

it('layers of two shapes that alternate or come in runs', () => {
  const narrow = shapeOf(SMALL);
  const wide = shapeOf({ ...SMALL, intermediate_size: 1536 });
  const mixed = (layers: readonly number[]): ModelShape => ({
    ...narrow,
    kinds: [...narrow.kinds, ...wide.kinds],
    layers,
  });
  expectSame(planForShape(mixed([0, 1, 0, 1, 0, 1, 0, 1]), { weights: bf16 }));
  expectSame(planForShape(mixed([1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]), { weights: bf16 }));
});
