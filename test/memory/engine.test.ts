// What must hold whatever is trained: nothing leaks, nothing is freed twice, a steady state from the second step on.

import { describe, expect, it } from 'vitest';
import { roundToBlock } from '../../src/memory/allocator.ts';
import type { Plan } from '../../src/memory/plan.ts';
import { replay } from '../../src/memory/step.ts';
import { ledgerTape } from '../../src/memory/tape.ts';
import { planFor, type RunPart, SMALL } from './replayed.ts';

const bf16 = { dtype: 'bf16' } as const;
const RUNS: Readonly<Record<string, RunPart>> = {
  'full fp32': {},
  'full autocast': { autocast: 'bf16' },
  'full, checkpointing': { autocast: 'bf16', checkpointing: { kind: 'full' } },
  'full, reentrant': { weights: bf16, checkpointing: { kind: 'full', reentrant: true } },
  'lora, dropout': { weights: bf16, autocast: 'bf16', method: { kind: 'lora', dropout: 0.1 } },
  'lora, checkpointing': { weights: bf16, method: { kind: 'lora' }, checkpointing: { kind: 'full' } },
  'lora, modules to save': { weights: bf16, method: { kind: 'lora', modulesToSave: ['embed_tokens', 'lm_head'] } },
  'qlora, reentrant': {
    weights: { dtype: 'bf16', quantization: 'nf4-double', kbitUpcast: 'all' },
    autocast: 'bf16',
    method: { kind: 'lora' },
    checkpointing: { kind: 'full', reentrant: true },
  },
  'last layer': { weights: bf16, method: { kind: 'freeze', trainableLayers: 1 } },
  'first layers': { weights: bf16, method: { kind: 'freeze', trainableLayers: -2 } },
  'trained layers checkpointed': {
    weights: bf16,
    method: { kind: 'freeze', trainableLayers: 2 },
    checkpointing: { kind: 'full', reentrant: true, policy: 'trained-layers' },
  },
  'nothing trained': { weights: bf16, method: { kind: 'freeze', trainableLayers: 0 } },
  'eager, padded': { weights: bf16, attention: 'eager', mask: 'padded' },
  'math attention': { weights: bf16, attention: 'math' },
  'padded, accumulation': { autocast: 'fp16', mask: 'padded', batch: { accumulation: 3 } },
  'block mask': { weights: bf16, mask: 'block' },
  'mixed 16-bit types': { weights: bf16, autocast: 'fp16' },
  'trainables in fp32': { weights: { dtype: 'bf16', trainableDtype: 'fp32' }, autocast: 'bf16' },
  'logits held by the loop': { weights: bf16, loss: { held: 'logits-until-next-forward' } },
  'older loss': { weights: bf16, loss: { form: 'transformers-before-4.46' } },
  liger: { autocast: 'bf16', framework: { kernels: ['liger'] }, loss: { kind: 'liger' } },
  'liger, checkpointing': {
    weights: bf16,
    framework: { kernels: ['liger'] },
    loss: { kind: 'liger' },
    checkpointing: { kind: 'full' },
  },
  accelerate: { autocast: 'bf16', framework: { wrapper: 'accelerate' } },
  adafactor: { weights: bf16, optimizer: { name: 'adafactor' } },
  '8-bit, paged': { weights: bf16, optimizer: { bits: 8, paged: true, library: 'bitsandbytes' } },
};

function liveAfterSteps(plan: Plan, steps: number): { live: number; peak: number; names: ReadonlySet<string> } {
  const tape = ledgerTape();
  replay(plan, tape, steps);
  tape.close();
  const alive = tape.aliveAt();
  return {
    live: tape.live,
    peak: Math.max(...[...tape.segments.values()].map((s) => s.bytes)),
    names: new Set(alive.map((a) => a.what.term)),
  };
}

describe.each(Object.entries(RUNS))('%s', (name, run) => {
  const plan = planFor(SMALL, run);

  it('is steady from the second step on', () => {
    const two = liveAfterSteps(plan, 2);
    const four = liveAfterSteps(plan, 4);
    expect(four.live).toBe(two.live);
    expect(four.peak).toBe(two.peak);
  });

  it('keeps weights, optimizer state and the batch between steps, and nothing else', () => {
    const { names } = liveAfterSteps(plan, 2);
    const allowed = new Set([
      'weights',
      'adapters',
      'optimizer',
      'buffers',
      ...(name.startsWith('logits held') ? ['logits'] : []),
    ]);
    expect([...names].filter((term) => !allowed.has(term))).toEqual([]);
  });
});

it('after a step: parameters, two moments, the step counters, ids and rotary frequencies, to the byte', () => {
  const plan = planFor(SMALL, { weights: bf16 });
  const { hidden_size: h, intermediate_size: i, vocab_size: v } = SMALL;
  const kv = 128;
  const tensors = [...Array(2).fill(v * h), ...Array(9).fill(h)]; // embedding, head; norms
  for (let layer = 0; layer < 4; layer++) tensors.push(h * h, h * h, h * kv, h * kv, i * h, i * h, i * h);
  const parameters = tensors.reduce((n, t) => n + 3 * roundToBlock(t * 2) + 512, 0);
  const ids = 2 * 512 * 8;
  expect(liveAfterSteps(plan, 2).live).toBe(parameters + ids + 2 * 512);
});
